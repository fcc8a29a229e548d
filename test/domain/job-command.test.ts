import { expect, test } from 'vitest'
import { readCommand } from '../../scripts/job/command.ts'
import { duration, ending, jobTable, progressLine, progressText } from '../../scripts/job/format.ts'
import { problemText } from '../../scripts/job/problems.ts'
import { printable } from '../../scripts/job/text.ts'
import { UsageError, usage } from '../../scripts/job/usage.ts'
import type { JobSnapshot, StreamEvent } from '../../src/client/index.ts'
import { describe, describeEvent } from '../../src/jobs/rules/describe.ts'
import { viewOf } from '../../src/jobs/rules/job.ts'
import { lifeOf } from './scripted.ts'

const read = (...argv: string[]) => readCommand(argv, {}).action

test('every field of a new job has a flag, and the service fills in the others', () => {
  const all = `create --name A --bundesland BY,Hessen --bundesland=Berlin --model-type klausur --epochs 3 --batch-size 32
    --learning-rate 1e-4 --warmup-steps 0 --weight-decay 0.1 --gradient-accumulation 8 --no-mixed-precision --queue --watch`
  expect(read(...all.split(/\s+/))).toEqual({
    name: 'create',
    config: {
      name: 'A',
      bundeslaender: ['BY', 'Hessen', 'Berlin'],
      model_type: 'klausur',
      epochs: 3,
      batch_size: 32,
      learning_rate: 0.0001,
      warmup_steps: 0,
      weight_decay: 0.1,
      gradient_accumulation: 8,
      mixed_precision: false,
    },
    query: { when_busy: 'queue' },
    resumeFrom: undefined,
    watch: true,
  })
  expect(read('create', '--name', 'A', '--bundesland', 'BY')).toEqual({
    name: 'create',
    config: { name: 'A', bundeslaender: ['BY'] },
    query: {},
    resumeFrom: undefined,
    watch: false,
  })
})

test('a list takes filters, a watch a cursor, and the other commands a job', () => {
  expect(read('list')).toEqual({ name: 'list', filter: {} })
  expect(read('list', '--status', 'paused,failed', '--model-type', 'general', '--limit', '5')).toEqual({
    name: 'list',
    filter: { status: ['paused', 'failed'], model_type: ['general'], limit: '5' },
  })
  expect(read('list', '--search', 'bayern', '--sort=-name', '--tag', 'a,b', '--created-by', 'ci')).toEqual({
    name: 'list',
    filter: { q: 'bayern', sort: '-name', tag: ['a', 'b'], created_by: 'ci' },
  })
  expect(read('edit', '5f0c', '--notes', '', '--tags', 'a, b')).toEqual({
    name: 'edit',
    id: '5f0c',
    edit: { notes: '', tags: ['a', 'b'] },
  })
  expect(read('edit', '5f0c', '--tags', '')).toMatchObject({ edit: { tags: [] } })
  expect(read('watch', '5f0c', '--after', '3.120')).toEqual({ name: 'watch', id: '5f0c', after: '3.120' })
  expect(read('resume', '5f0c')).toEqual({ name: 'resume', id: '5f0c', query: {} })
  expect(read('delete', '5f0c')).toEqual({ name: 'delete', id: '5f0c' })
  expect(read('resume', '5f0c', '--queue')).toEqual({ name: 'resume', id: '5f0c', query: { when_busy: 'queue' } })
  expect(() => read('pause', '5f0c', '--queue')).toThrow("Unknown option '--queue'")
})

test('a new job takes notes and tags, the latter by the flag of a filter too', () => {
  const action = read('create', '--name', 'A', '--bundesland', 'BY', '--notes', 'n', '--tags', 'a,b', '--tag', 'c')
  expect(action).toMatchObject({ config: { notes: 'n', tags: ['a', 'b', 'c'] } })
})

test('flags take precedence over the environment, and that over the default', () => {
  const env = { STELLWERK_URL: 'https://stellwerk.test', STELLWERK_TOKEN: 'secret' }
  expect(readCommand(['list'], {})).toMatchObject({ url: 'http://localhost:8787', token: undefined, json: false })
  expect(readCommand(['list'], env)).toMatchObject({ url: 'https://stellwerk.test', token: 'secret' })
  const flags = ['list', '--url', 'http://localhost:9000', '--token', 'other', '--json']
  expect(readCommand(flags, env)).toMatchObject({ url: 'http://localhost:9000', token: 'other', json: true })
  expect(readCommand(['list'], { STELLWERK_URL: '', STELLWERK_TOKEN: '' })).toMatchObject({
    url: 'http://localhost:8787',
    token: undefined,
  })
})

test.each([
  [
    [],
    'Missing command. Use one of create, list, watch, logs, edit, pause, resume, cancel, delete, runners, attempts, give-up.',
  ],
  [['start'], 'Unknown command "start".'],
  [['watch'], 'Missing job id; a prefix is enough.'],
  [['cancel', 'a', 'b'], 'Unexpected argument "b".'],
  [['list', 'all'], 'Unexpected argument "all".'],
  [['list', '--epochs', '3'], "Unknown option '--epochs'."],
  [['list', '--tag', ''], '--tag is empty; name one, or leave it out.'],
  [['list', '--status', ','], '--status is empty; name one, or leave it out.'],
  [['create', '--name', 'A'], 'A new job needs --name and --bundesland.'],
  [['create', '--name', 'A', '--bundesland', ' , '], 'A new job needs --name and --bundesland.'],
  [['create', '--name', 'A', '--bundesland', 'BY', '--epochs', 'ten'], '--epochs takes a number.'],
  [['create', '--name', 'A', '--bundesland', 'BY', '--batch-size', ''], '--batch-size takes a number.'],
  [['create', '--name'], "Option '--name <value>' argument missing."],
])('%j is rejected with a short explanation', (argv, message) => {
  expect(() => readCommand(argv, {})).toThrow(new UsageError(message))
})

test('help takes precedence over everything else, and names every command and every flag', () => {
  for (const argv of [['help'], ['--help'], ['-h'], ['create', '--help'], ['nonsense', '--help']]) {
    expect(read(...argv)).toEqual({ name: 'help' })
  }
  for (const word of [
    'watch',
    'pause | cancel <id> [--grace <s>] [--wait]',
    'logs <id> [-f]',
    'attempts | give-up',
    '--resume-from',
    'resume <id> [--queue]',
    '--gradient-accumulation',
    'STELLWERK_TOKEN',
    '64 ',
  ]) {
    expect(usage).toContain(word)
  }
  expect(Math.max(...usage.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100)
})

const life = lifeOf(12, [0, 250], 'completed')
const eventAt = (at: number): StreamEvent => {
  const moment = life[at]
  if (moment === undefined) throw new Error(`No moment ${at}`)
  return describeEvent(viewOf(moment.job, moment.nowMs), 'delta', { revision: 0, points: 0 }).event
}

test('a job is one line, with a bar that fills the available width', () => {
  const bar = (full: number, empty: number) => '█'.repeat(full) + '░'.repeat(empty)
  const figures = '20 %  epoch  3/12  loss 0.7333  val 0.8067  7:56 left'
  expect(progressLine(eventAt(1), 200)).toBe(`training    ${bar(8, 32)}   ${figures}`)
  expect(progressLine(eventAt(1), 100)).toBe(`training    ${bar(6, 23)}   ${figures}`)
  expect(progressLine(eventAt(1), 80)).toBe(`training    ${bar(1, 8)}   ${figures}`)
  expect(progressLine(eventAt(1), 72)).toBe(`training     ${figures}`)
  expect(progressLine(eventAt(1), 30)).toBe('training     20 %  epoch  …')
  for (let columns = 10; columns < 200; columns++) {
    expect(progressLine(eventAt(1), columns).length).toBeLessThan(columns)
  }
})

test('the line shows a lost connection, the remaining time and, at the end, the duration', () => {
  expect(progressLine(eventAt(1), 72, 'reconnecting')).toMatch(/val 0\.8067 {2}reconnecting$/)
  expect(progressText(eventAt(0))).toBe('training      0 %  epoch  1/12  loss 0.9250  val 1.0175  10:01 left')
  expect(progressText(eventAt(2))).toMatch(/^completed .* took 2:05$/)
})

test('a job that waits shows no loss that nobody has measured, and no time that does not pass', () => {
  const waiting: StreamEvent = { ...eventAt(0), status: 'queued', current_epoch: 0, estimated_remaining_ms: 201_000 }
  expect(progressText(waiting)).toBe('queued        0 %  epoch  0/12  3:21 once started')
  expect(progressLine(waiting, 80)).toMatch(/^queued +░+ +0 % {2}epoch {2}0\/12 {2}3:21 once started$/)
})

test('numbers are shown as people write them', () => {
  const event = eventAt(1)
  expect(progressText({ ...event, progress: 28.999999999999996 })).toContain(' 29 % ')
  expect(progressText({ ...event, progress: 99.99 })).toContain(' 99 % ')
  const metrics = { loss: 0.1, val_loss: 0.11000000000000001, accuracy: 0.7000000000000001, learning_rate: 0.1 }
  expect(ending({ ...event, status: 'completed', metrics }, null)).toMatch(
    /: loss 0\.1000, validation loss 0\.1100, accuracy 0\.700\.$/,
  )
})

test('what a runner has not reported is left out, a training of unknown length has steps, and a diverged one says so', () => {
  const metrics = { loss: 'NaN', val_loss: null, accuracy: '-Infinity', learning_rate: null } as const
  const unknown = { total_steps: null, current_epoch: null, estimated_remaining_ms: null, progress: 0 }
  const event: StreamEvent = { ...eventAt(1), ...unknown, current_step: 7, elapsed_time_ms: 125_000, metrics }
  expect(progressText(event)).toBe('training    step 7  loss NaN  2:05 so far')
  expect(progressLine(event, 100)).toMatch(/░ {2}step 7 {2}/)
  expect(ending({ ...event, status: 'completed' }, null)).toBe('Completed after 2:05: loss NaN, accuracy −∞.')
  const nothing = { loss: null, val_loss: null, accuracy: null, learning_rate: null }
  expect(ending({ ...event, status: 'completed', metrics: nothing }, null)).toBe('Completed after 2:05.')
  expect(ending({ ...event, status: 'cancelled', attempt: 1 }, null)).toBe('Cancelled at step 7.')
  expect(ending({ ...event, status: 'cancelled' }, null)).toBe('Cancelled before any runner took it.')
})

test('an error is told by the flag that sets the value, and a taken slot with the flag that waits', () => {
  const problem = { type: 'urn:stellwerk:problem:invalid-request', title: '', status: 422, detail: '…', instance: '/' }
  const errors = [
    { loc: ['body', 'epochs'], msg: 'Must be at most 100', type: 'too_big' },
    { loc: ['body', 'bundeslaender', 1], msg: 'Unknown Bundesland "XX"', type: 'custom' },
    { loc: ['query', 'status'], msg: 'Must be queued or paused', type: 'invalid_value' },
    { loc: ['header', 'Last-Event-ID'], msg: 'Not an id', type: 'unknown_cursor' },
  ]
  expect(problemText({ ...problem, errors }).split('\n')).toEqual([
    '--epochs: Must be at most 100',
    '--bundesland (no. 2): Unknown Bundesland "XX"',
    '--status: Must be queued or paused',
    'header.Last-Event-ID: Not an id',
  ])
  const taken = { ...problem, status: 409, type: 'urn:stellwerk:problem:slot-taken', detail: 'Already running' }
  expect(problemText(taken)).toBe('Already running; use --queue to wait for a free slot')
})

test('a final status is a sentence', () => {
  expect(ending(eventAt(2), null)).toMatch(
    /^Completed after 2:05: loss 0\.\d+, validation loss 0\.\d+, accuracy 0\.\d+\.$/,
  )
  const failed: StreamEvent = { ...eventAt(1), status: 'failed' }
  expect(ending(failed, 'Out of\nmemory')).toBe('Failed in epoch 3 of 12: Out of memory.')
  expect(ending({ ...eventAt(1), status: 'cancelled' }, null)).toBe('Cancelled in epoch 3 of 12.')
  const between: StreamEvent = { ...eventAt(1), status: 'cancelled', current_epoch: 22 / 3 }
  expect(ending(between, null)).toBe('Cancelled in epoch 7.33 of 12.')
})

test.each([
  [0, '0:00'],
  [1, '0:01'],
  [59_001, '1:00'],
  [501_000, '8:21'],
  [3_723_000, '1:02:03'],
])('%d ms are %s', (ms, text) => {
  expect(duration(ms)).toBe(text)
})

test('jobs are an aligned table with the shortest distinct ids', () => {
  const job = describe(viewOf(...(Object.values(life[1] ?? {}) as Parameters<typeof viewOf>)))
  const jobs: JobSnapshot[] = [
    { ...job, id: '5f0c6c5e-aaaa', name: 'Zeugnis Baden-Württemberg, alle Schularten' },
    { ...job, id: '5f0c6c5e-abbb', name: 'Grüße \u001b[31m', status: 'queued', queue_position: 2, current_epoch: 0 },
  ]
  expect(jobTable(jobs, 'Europe/Berlin')).toEqual([
    'ID           NAME                              TYPE     STATUS     PROGRESS  EPOCH  CREATED',
    '5f0c6c5e-aa  Zeugnis Baden-Württemberg, alle…  zeugnis  training    20 %     3/12   2026-11-01 09:00',
    '5f0c6c5e-ab  Grüße  [31m                       zeugnis  queued #2   20 %     0/12   2026-11-01 09:00',
  ])
})

test('answers of a service cannot control the terminal', () => {
  expect(printable('a\u001b[2Jb\r\nc\u202ed\u0007')).toBe('a [2Jb c d ')
})
