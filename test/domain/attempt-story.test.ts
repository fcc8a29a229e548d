import { describe, expect, test } from 'vitest'
import { storyOf, stretchOf } from '../../src/dashboard/features/job/attempts/story.ts'
import type { EventDetails, EventRecord } from '../../src/jobs/rules/shown.ts'
import { startMs } from './jobs.ts'

const at = (s: number) => new Date(startMs + s * 1_000).toISOString()
const event = (type: string, s: number, details: EventDetails): EventRecord => ({
  ...{ sequence: s, at: at(s), type, actor: null, from_status: 'training', to_status: 'training' },
  ...{ step: 0, message: null, changes: null, details },
})
const ms = (s: number) => startMs + s * 1_000

describe('the story of an attempt', () => {
  test('has the stretches in which it was not heard, and in which it brought nothing', () => {
    const events = [
      event('silent', 100, { attempt: 1, since: at(30) }),
      event('returned', 400, { attempt: 1 }),
      event('stalled', 1_100, { attempt: 1, since: at(450) }),
      event('stall_ended', 1_200, { attempt: 1 }),
      event('silent', 2_000, { attempt: 1, since: at(1_930) }),
    ]
    expect(storyOf({ number: 1 }, events).gaps).toEqual([
      { kind: 'silent', fromMs: ms(30), toMs: ms(400) },
      { kind: 'stalled', fromMs: ms(450), toMs: ms(1_200) },
      { kind: 'silent', fromMs: ms(1_930), toMs: null },
    ])
  })

  test('leaves out what was said of others', () => {
    const events = [event('silent', 100, { attempt: 1, since: at(30) }), event('returned', 200, { attempt: 2 })]
    expect(storyOf({ number: 2 }, events).gaps).toEqual([])
    expect(storyOf({ number: 1 }, events).gaps).toMatchObject([{ toMs: null }])
  })

  test('a silence ends a stall: what was brought meanwhile nobody knows', () => {
    const events = [
      event('stalled', 700, { attempt: 1, since: at(100) }),
      event('silent', 800, { attempt: 1, since: at(740) }),
    ]
    expect(storyOf({ number: 1 }, events).gaps).toMatchObject([{ toMs: ms(740) }, { kind: 'silent', toMs: null }])
  })

  test('says how the process ended, if the runner did', () => {
    const finished = (details: EventDetails) => storyOf({ number: 1 }, [event('finished', 9, details)]).exit
    expect(finished({ attempt: 1, exit_status: 0 })).toEqual({ status: 0, signal: null })
    expect(finished({ attempt: 1, signal: 'SIGKILL' })).toEqual({ status: null, signal: 'SIGKILL' })
    expect(finished({ attempt: 1 })).toBeNull()
  })
})

test('a stretch of a bar lies within it', () => {
  const whole = { fromMs: 100, toMs: 300 }
  expect(stretchOf(150, 200, whole)).toEqual({ startPercent: 25, lengthPercent: 25 })
  expect(stretchOf(0, 1_000, whole)).toEqual({ startPercent: 0, lengthPercent: 100 })
  expect(stretchOf(100, 100, { fromMs: 100, toMs: 100 })).toEqual({ startPercent: 0, lengthPercent: 0 })
})
