import { describe, expect, test } from 'vitest'
import { readCommand } from '../../scripts/job/command.ts'
import { progressLine, progressText } from '../../scripts/job/format.ts'
import { safe } from '../../scripts/job/logs.ts'
import { problemText } from '../../scripts/job/problems.ts'
import { newsOf } from '../../scripts/job/runner-texts.ts'
import { moment } from '../../scripts/job/text.ts'
import { UsageError } from '../../scripts/job/usage.ts'
import type { StreamEvent } from '../../src/client/index.ts'
import { describeEvent } from '../../src/jobs/rules/describe.ts'
import { viewOf } from '../../src/jobs/rules/job.ts'
import { newJob, startMs } from './jobs.ts'

const read = (...argv: string[]) => readCommand(argv, {}).action
const create = (...argv: string[]) => read('create', '--name', 'A', '--bundesland', 'BY', ...argv)

describe('the command line', () => {
  test('a new job names its trainer, what that needs, and the checkpoint to start from', () => {
    const flags =
      '--trainer runner --max-attempts 2 --param seed=17 --param lr=a=b --param empty= --resume-from 5f0c:120'
    expect(create(...flags.split(' '))).toMatchObject({
      config: { trainer: 'runner', max_attempts: 2, params: { seed: '17', lr: 'a=b', empty: '' } },
      resumeFrom: { id: '5f0c', step: 120 },
    })
    expect(create('--resume-from', '5f0c')).toMatchObject({ resumeFrom: { id: '5f0c', step: undefined } })
  })

  test('a pause takes a grace period and can be waited for; logs follow, and continue after a line', () => {
    expect(read('pause', '5f0c')).toEqual({ name: 'pause', id: '5f0c', query: {}, wait: false })
    expect(read('cancel', '5f0c', '--grace', '5', '--wait')).toEqual({
      name: 'cancel',
      id: '5f0c',
      query: { grace_s: '5' },
      wait: true,
    })
    expect(read('logs', '5f0c')).toEqual({ name: 'logs', id: '5f0c', after: 0, follow: false })
    expect(read('logs', '-f', '5f0c', '--after', '7')).toEqual({ name: 'logs', id: '5f0c', after: 7, follow: true })
    expect(read('give-up', '5f0c', '--yes')).toEqual({ name: 'give-up', id: '5f0c', isConfirmed: true })
    expect(read('attempts', '5f0c')).toEqual({ name: 'attempts', id: '5f0c' })
    expect(read('runners')).toEqual({ name: 'runners' })
  })

  test.each([
    [['create', '--name', 'A', '--bundesland', 'BY', '--param', 'seed'], '--param takes key=value.'],
    [['create', '--name', 'A', '--bundesland', 'BY', '--param', '=17'], '--param takes key=value.'],
    [['create', '--name', 'A', '--bundesland', 'BY', '--param', 'a=1', '--param', 'a=2'], '--param a is given twice.'],
    [
      ['create', '--name', 'A', '--bundesland', 'BY', '--resume-from', '5f0c:last'],
      '--resume-from takes a job id, and a step after a colon.',
    ],
    [['logs', '5f0c', '--after', 'x'], '--after takes a number.'],
    [['runners', '5f0c'], 'Unexpected argument "5f0c".'],
    [['resume', '5f0c', '--wait'], "Unknown option '--wait'."],
  ])('%j is rejected with a short explanation', (argv, message) => {
    expect(() => readCommand(argv, {})).toThrow(new UsageError(message))
  })

  test('an error in a parameter is told by its flag and key', () => {
    const problem = {
      type: 'urn:stellwerk:problem:invalid-request',
      title: '',
      status: 422,
      detail: '…',
      instance: '/',
    }
    const errors = [
      { loc: ['body', 'params', 'seed'], msg: 'Too long', type: 'too_big' },
      { loc: ['query', 'grace_s'], msg: 'Must be at most 1800', type: 'too_big' },
    ]
    expect(problemText({ ...problem, errors })).toBe('--param seed: Too long\n--grace: Must be at most 1800')
  })
})

const { event: simulated } = describeEvent(viewOf(newJob(), startMs), 'delta', { revision: 0, points: 0 })
const unknown = { loss: null, val_loss: null, accuracy: null, learning_rate: null }
const offered: StreamEvent = {
  ...simulated,
  status: 'queued',
  progress: 0,
  current_epoch: null,
  current_step: 0,
  total_steps: null,
  elapsed_time_ms: 0,
  estimated_remaining_ms: null,
  metrics: unknown,
  waiting_for: 'runner',
}
const { waiting_for: _, ...claimed } = { ...offered, status: 'preparing' as const, attempt: 1 }
const training: StreamEvent = {
  ...claimed,
  status: 'training',
  current_step: 12,
  elapsed_time_ms: 65_000,
  metrics: { ...unknown, loss: 'NaN' },
}
const since = '2026-11-01T08:05:03.000Z'
const pause = { id: 1, what: 'pause', seen: false, stopping: false } as const

describe('the progress of a job that runners train', () => {
  test('shows what is known, and nothing in its place', () => {
    expect(progressText(offered)).toBe('queued      waits for a runner')
    expect(progressText(claimed)).toBe('preparing')
    expect(progressText(training)).toBe('training    step 12  loss NaN  1:05 so far')
    const planned = { ...training, total_steps: 40, progress: 30, estimated_remaining_ms: 90_000 }
    expect(progressText(planned)).toBe('training     30 %  loss NaN  1:30 left')
    for (const event of [offered, claimed, training, planned]) {
      expect(progressLine(event, 100)).not.toMatch(/null|undefined|NaN:/)
    }
  })

  test('says why it does not go on, in place of a time that nobody knows', () => {
    const silent = { ...training, silent_since: since }
    expect(progressText(silent)).toContain(`loss NaN  not heard since ${moment(since)}`)
    expect(progressText({ ...training, stalled_since: since })).toContain(`no progress since ${moment(since)}`)
    expect(progressText({ ...training, requested: pause })).toMatch(/ {2}pause requested$/)
    expect(progressText({ ...training, status: 'cancelled', requested: pause })).toMatch(/ {2}took 1:05$/)
  })
})

describe('the news of a watch', () => {
  const news = (...events: StreamEvent[]) =>
    events.map((event, at) => newsOf(events[at - 1] ?? null, event, event.attempt === undefined ? null : 'gpu-1'))

  test('are who has the job, and what was requested, seen, done', () => {
    const requested = { ...training, requested: pause }
    const seen = { ...training, requested: { ...pause, seen: true } }
    const stopping = { ...training, requested: { ...pause, seen: true, stopping: true } }
    const paused: StreamEvent = { ...training, status: 'paused' }
    expect(news(offered, claimed, training, requested, requested, seen, stopping, paused)).toEqual([
      ['Waits for a runner.'],
      ['Attempt 1 of runner gpu-1.'],
      [],
      ['Pause requested.'],
      [],
      ['The runner has seen the pause request.'],
      ['The process is stopping.'],
      [],
    ])
    expect(news(requested, training)[1]).toEqual(['The pause request was withdrawn.'])
    const cancelled = { ...training, requested: { id: 2, what: 'cancel', seen: false, stopping: false } as const }
    expect(news(requested, cancelled)[1]).toEqual(['Cancellation requested.'])
  })

  test('are silence and its end, no progress and its end, and a successor that goes back', () => {
    const silent = { ...training, silent_since: since }
    const lost: StreamEvent = { ...silent, waiting_for: 'runner' }
    const stalled = { ...training, stalled_since: since }
    const next: StreamEvent = { ...claimed, attempt: 2, rewind: { from_step: 11 } }
    expect(news(training, silent, training, stalled, training, silent, lost, next)).toEqual([
      ['Attempt 1 of runner gpu-1.'],
      [`The runner has not been heard since ${moment(since)}.`],
      ['The runner is heard again.'],
      [`No progress since ${moment(since)}.`],
      ['Progress again.'],
      [`The runner has not been heard since ${moment(since)}.`],
      ['The runner is lost; the job waits for one.'],
      ['Attempt 2 of runner gpu-1.', 'Back to step 11.'],
    ])
    expect(news(lost, training)[1]).toEqual(['The runner is heard again.'])
    // Its last attempt was given up.
    expect(news(lost, { ...offered, attempt: 1, silent_since: since })[1]).toEqual(['Waits for a runner.'])
    expect(progressText(lost)).toContain('loss NaN  runner lost, waits for one')
    expect(newsOf(training, { ...training, attempt: 2, rewind: { from_step: 0 } }, null)).toEqual([
      'Attempt 2.',
      'Back to the beginning.',
    ])
  })

  test('are none of a simulated job, nor of one that has ended', () => {
    expect(newsOf(null, simulated, null)).toEqual([])
    expect(newsOf({ ...training, requested: pause }, { ...training, status: 'failed' }, 'gpu-1')).toEqual([])
  })

  test('cannot control the terminal by the name of a runner', () => {
    expect(newsOf(null, training, 'gpu\u001b[2J')).toEqual(['Attempt 1 of runner gpu [2J.'])
  })
})

test('a line of output keeps its tabs and its text, and cannot control the terminal', () => {
  expect(safe('\u001b[31mred\u001b[0m\ta\rb\u001b]0;title\u0007c\u0008')).toBe('red\ta bc ')
})
