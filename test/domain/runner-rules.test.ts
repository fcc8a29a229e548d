import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { againMs } from '../../src/runner/rules/backoff.ts'
import { isWhole, stepOf } from '../../src/runner/rules/checkpoint.ts'
import { readLine } from '../../src/runner/rules/lines.ts'
import { gpuMetrics, share } from '../../src/runner/rules/machine.ts'
import { type End, outcomeOf } from '../../src/runner/rules/outcome.ts'
import { finishVerdict, type Reply, reportVerdict } from '../../src/runner/rules/verdict.ts'

describe('a line of the process', () => {
  const metrics = { is: 'metrics', step: null, epoch: null, totalSteps: null, phase: null, metrics: {} }
  test.each([
    [
      '::metrics {"step": 10, "total_steps": 20, "epoch": 0.5, "phase": "validating", "loss": 0.5}',
      { step: 10, totalSteps: 20, epoch: 0.5, phase: 'validating', metrics: { loss: 0.5 } },
    ],
    [
      '::metrics {"loss": NaN, "a": -Infinity, "b": Infinity, "NaN": 1}',
      { metrics: { loss: 'NaN', a: '-Infinity', b: 'Infinity', NaN: 1 } },
    ],
    ['::metrics {"loss": 1, "text": "x", "flag": true, "none": null, "list": [1]}', { metrics: { loss: 1 } }],
    ['::metrics {"step": 3, "phase": "dreaming", "total_steps": 0}', { step: 3 }],
  ])('%s is a point', (line, expected) => {
    expect(readLine(line)).toEqual({ ...metrics, ...expected })
  })

  test.each(['::completed', '::completed {"accuracy": 0.9}'])('%s says that it is done', (line) => {
    expect(readLine(line).is).toBe('completed')
  })

  test.each([
    'epoch 1',
    '',
    ' ::metrics {}',
    '::metrics',
    '::metrics {',
    '::metrics [1]',
    '::metrics {"step": 1.5}',
    '::metrics {"step": "1"}',
    '::metricsx {}',
    '::completed {',
  ])('%j is output', (line) => {
    expect(readLine(line)).toEqual({ is: 'output' })
  })

  test('no line makes it fail', () => {
    fc.assert(fc.property(fc.string(), (text) => void readLine(`::metrics ${text}`)))
  })
})

describe('what an attempt has come to', () => {
  const base: End = { exit: { status: 0, signal: null }, requested: null, isReleasing: false, sent: [], done: null }
  const by = (signal: string) => ({ status: null, signal })
  const status = (status: number) => ({ status, signal: null })
  test.each<[string, Partial<End>, string]>([
    ['status 0 completes', {}, 'completed'],
    ['another status fails', { exit: status(1) }, 'failed'],
    ['a signal of somebody else fails', { exit: by('SIGKILL') }, 'failed'],
    [
      'status 0 after a pause was requested is paused: half a model must not complete',
      { requested: 'pause' },
      'paused',
    ],
    ['the same for a cancellation', { requested: 'cancel' }, 'cancelled'],
    ['unless the process was done', { requested: 'pause', done: 'last-step' }, 'completed'],
    [
      'the signal that was sent is what was requested',
      { requested: 'pause', exit: by('SIGTERM'), sent: ['SIGTERM'] },
      'paused',
    ],
    [
      'also when it was done',
      { requested: 'cancel', exit: by('SIGKILL'), sent: ['SIGTERM', 'SIGKILL'], done: 'said' },
      'cancelled',
    ],
    ['and as a shell tells of it', { requested: 'pause', exit: status(143), sent: ['SIGTERM'] }, 'paused'],
    [
      'a status like that of a signal that was not sent fails',
      { requested: 'pause', exit: status(137), sent: ['SIGTERM'] },
      'failed',
    ],
    [
      'any other status fails, whatever was requested',
      { requested: 'pause', exit: status(1), sent: ['SIGTERM'] },
      'failed',
    ],
    ['a machine that is taken away gives the job back', { isReleasing: true }, 'released'],
    ['also where the process took it badly', { isReleasing: true, exit: status(1), sent: ['SIGTERM'] }, 'released'],
    ['unless it was done', { isReleasing: true, done: 'last-step' }, 'completed'],
    ['what nobody saw end goes on from its checkpoint', { exit: { status: null, signal: null } }, 'released'],
    ['unless it had said that it is done', { exit: { status: null, signal: null }, done: 'said' }, 'completed'],
    [
      'and also after its last step: its model may not be whole',
      { exit: { status: null, signal: null }, done: 'last-step' },
      'released',
    ],
    ['what could not be started fails', { exit: { status: null, signal: null, error: 'ENOENT' } }, 'failed'],
  ])('%s', (_, end, outcome) => {
    expect(outcomeOf({ ...base, ...end }).outcome).toBe(outcome)
  })

  test('it is said who has ended it', () => {
    expect(outcomeOf({ ...base, exit: { ...by('SIGKILL'), outOfMemory: true } }).why).toContain('out of memory')
    expect(outcomeOf({ ...base, exit: by('SIGKILL'), sent: ['SIGKILL'] }).why).toContain('sent by the runner')
  })
})

describe('an answer', () => {
  const reply = (status: number, body: unknown, type = 'application/problem+json'): Reply => ({
    status,
    type,
    retryAfterS: 0,
    body,
  })
  const over = { type: 'urn:stellwerk:problem:attempt-over', reason: 'replaced' }
  test('ends a training only with its status, its content type and its type together', () => {
    expect(reportVerdict(reply(410, over))).toEqual({ is: 'over', reason: 'replaced' })
    expect(finishVerdict(reply(410, over))).toEqual({ is: 'over', reason: 'replaced' })
    for (const other of [
      reply(404, over),
      reply(410, over, 'application/json'),
      reply(410, { type: 'about:blank' }),
      reply(410, undefined, 'text/html'),
    ])
      expect([reportVerdict(other).is, finishVerdict(other).is]).toEqual(['again', 'again'])
  })

  test('counts as taken only if it is that of the service', () => {
    const json = 'application/json'
    expect(reportVerdict(reply(200, { sequence: 3, requested: { id: 1, what: 'pause' } }, json))).toMatchObject({
      is: 'taken',
      sequence: 3,
      requested: { id: 1, graceS: 60 },
      nextReportS: 15,
    })
    for (const body of [undefined, {}, [], { sequence: -1 }, { sequence: '1' }, 'ok'])
      expect(reportVerdict(reply(200, body, json)).is).toBe('again')
    expect(finishVerdict(reply(200, { success: true }, json)).is).toBe('taken')
    expect(finishVerdict(reply(200, { sequence: 1 }, json)).is).toBe('again')
  })

  test.each([
    [reply(422, { type: 'urn:stellwerk:problem:not-a-report', detail: 'x' }), 'invalid'],
    [reply(422, { type: 'about:blank' }), 'again'],
    [reply(409, { type: 'urn:stellwerk:problem:sequence-gap', expected_sequence: 2 }), 'gap'],
    [reply(409, { type: 'urn:stellwerk:problem:sequence-gap', expected_sequence: 0 }), 'again'],
    [reply(413, undefined, 'text/html'), 'too-large'],
    [reply(401, { type: 'urn:stellwerk:problem:invalid-token' }), 'token-unknown'],
    [reply(401, undefined, 'text/html'), 'again'],
  ])('%o to a report is %s', (answer, is) => {
    expect(reportVerdict(answer).is).toBe(is)
  })
})

test('repetitions are spread over a minute at most, wait as long as was asked for, and are few without a valid token', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, random) => {
      expect(againMs(n, random)).toBeLessThanOrEqual(Math.min(60, 2 ** n) * 1_000)
      expect(againMs(n, random, { retryAfterS: 120 })).toBe(120_000)
      expect(againMs(n, random, { rejections: 10 })).toBe(60_000)
    }),
  )
  expect([againMs(3, 0.5), againMs(3, 0)]).toEqual([4_000, 0])
})

test('a checkpoint is whole once it was renamed into place, or Transformers has written its last file', () => {
  const folder = { origin: 'written', hasTrainerState: false, stillMs: 60_000 } as const
  expect(isWhole(folder, 'runs')).toBe(false)
  expect(isWhole(folder, 'ended')).toBe(false)
  expect(isWhole({ ...folder, origin: 'renamed', stillMs: 0 }, 'killed')).toBe(true)
  // All within one tick of the disk's clock.
  expect(isWhole({ ...folder, origin: 'unknown', stillMs: 0 }, 'runs')).toBe(false)
  expect(isWhole({ ...folder, origin: 'unknown' }, 'runs')).toBe(true)
  expect(isWhole({ ...folder, origin: 'unknown', stillMs: 0 }, 'ended')).toBe(true)
  expect(isWhole({ ...folder, origin: 'unknown' }, 'killed')).toBe(false)
  expect(isWhole({ ...folder, hasTrainerState: true, stillMs: 4_999 }, 'runs')).toBe(false)
  expect(isWhole({ ...folder, hasTrainerState: true, stillMs: 5_000 }, 'runs')).toBe(true)
  expect(isWhole({ ...folder, hasTrainerState: true, stillMs: 0 }, 'killed')).toBe(false)
  expect(['step-120', 'checkpoint-7', 'step-', 'step-1.5', 'unfinished', 'step-7.tmp', 'xstep-7'].map(stepOf)).toEqual([
    120,
    7,
    null,
    null,
    null,
    null,
    null,
  ])
})

test('what a machine tells of itself is read, and what makes no sense is left out', () => {
  expect(share({ idle: 10, all: 20 }, { idle: 15, all: 40 })).toBe(75)
  expect(share({ idle: 10, all: 20 }, { idle: 10, all: 20 })).toBe(null)
  const csv =
    '0, 87, 10240, 81920, 61, 300.52\n1, [N/A], 5, 81920, [Not Supported], [N/A]\nNo devices were found\n2, 1\n'
  expect(gpuMetrics(csv)).toEqual({
    'system/gpu0/utilization_percent': 87,
    'system/gpu0/memory_used_mb': 10_240,
    'system/gpu0/memory_total_mb': 81_920,
    'system/gpu0/temperature_celsius': 61,
    'system/gpu0/power_watts': 300.52,
    'system/gpu1/memory_used_mb': 5,
    'system/gpu1/memory_total_mb': 81_920,
  })
})
