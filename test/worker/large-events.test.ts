import { describe, expect, test } from 'vitest'
import { createClient, type HistoryPoint, watchJob } from '../../src/client/index.ts'
import type { StreamEvent } from '../../src/jobs/rules/shown.ts'
import { FRAME_BYTES_MAX, METRIC_NAMES_MAX, REPORT_POINTS_MAX } from '../../src/platform/limits.ts'
import { Random } from '../simulation/random.ts'
import { api, beginAtStart, createJob, request } from './api.ts'
import { EventStream } from './event-stream.ts'
import { Runner } from './runner.ts'

beginAtStart()

const range = (count: number) => Array.from({ length: count }, (_, i) => i)

const client = createClient('http://localhost', {
  fetch: (input, init) => {
    const asked = new Request(input, init)
    return request(asked.url.slice('http://localhost'.length), asked)
  },
})

/** Follows a job to its end, with the client. @returns its events */
async function watch(id: string): Promise<StreamEvent[]> {
  const events: StreamEvent[] = []
  const onReconnect = (reason: Error) => {
    throw reason
  }
  for await (const { data } of watchJob(client, id, { onReconnect })) events.push(data)
  return events
}

async function readWindows(id: string): Promise<StreamEvent[]> {
  const stream = await EventStream.open(`${api}/metrics/stream?job_id=${id}`)
  return (await stream.rest()).map(({ data }) => data as unknown as StreamEvent)
}

type Values = (random: Random) => Record<string, number>

const manyMetrics: Values = (random) =>
  Object.fromEntries(range(METRIC_NAMES_MAX).map((n) => [`layer/${n}/norm`, random.next()]))

const cases: { name: string; points: number; perReport: number; values: Values; inWindow: number }[] = [
  {
    name: '1,000 points of one loss with all its digits',
    points: 1_000,
    perReport: REPORT_POINTS_MAX,
    values: (random) => ({ loss: random.next() }),
    inWindow: 50,
  },
  { name: '60 points of 2,000 metrics', points: 60, perReport: 10, values: manyMetrics, inWindow: 1 },
]

describe.each(cases)('$name', ({ points, perReport, values, inWindow }) => {
  test('reach watchers in both modes, there before or come after, each once, and then the end', async () => {
    const random = new Random(7)
    const sent = range(points).map((step) => ({ step, metrics: values(random) }))
    const id = await createJob({ trainer: 'runner' })
    const runner = await new Runner().begin()
    const early = [watch(id), readWindows(id)] as const
    for (let from = 0; from < points; from += perReport) {
      expect(await runner.report({ points: sent.slice(from, from + perReport) })).toMatchObject({ dropped: [] })
    }
    await runner.finish('failed', { error_message: 'Out of memory' })
    const end = { status: 'failed', current_step: points - 1 }
    for (const events of await Promise.all([early[0], watch(id)])) {
      expect(events.at(-1)).toMatchObject(end)
      const received = events.flatMap(({ history }) => history)
      expect(received.map(({ step }) => step)).toEqual(range(points))
      // As text: the numbers are too many for an assertion to compare them one by one.
      expect(JSON.stringify(received.map(valuesOf)) === JSON.stringify(sent.map(({ metrics }) => metrics))).toBe(true)
      for (const { history, ...event } of events) {
        const bytes = JSON.stringify({ ...event, history }).length
        expect(history.length <= 1 || bytes <= FRAME_BYTES_MAX).toBe(true)
      }
    }
    for (const events of await Promise.all([early[1], readWindows(id)])) {
      expect(events.at(-1)).toMatchObject(end)
      expect(events.at(-1)?.history.map(({ step }) => step)).toEqual(range(points).slice(-inWindow))
    }
  })
})

/** What a runner has said at a point. */
const valuesOf = ({ loss, metrics }: HistoryPoint) => (loss === null ? metrics : { loss })
