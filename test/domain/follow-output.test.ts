import { expect, test } from 'vitest'
import { followOutput, type OutputRecord, type StreamEvent } from '../../src/client/index.ts'
import { describeEvent } from '../../src/jobs/rules/describe.ts'
import { viewOf } from '../../src/jobs/rules/job.ts'
import { encodeEvent, retryField } from '../../src/platform/sse.ts'
import type { Sleep } from '../../src/platform/timeout.ts'
import { Random } from '../simulation/random.ts'
import { newJob, startMs } from './jobs.ts'
import { type Answer, problem, scripted, stream } from './scripted.ts'

const id = '5f0c6c5e-5d0e-4c39-9d4e-0d6c5b8f2a11'
const PAGE = 500
const { event } = describeEvent(viewOf(newJob(), startMs), 'window', { revision: 0, points: 0 })

/** Sleeps, but never as long as a silent connection is tolerated. */
const patient: Sleep = (ms) => (ms === 45_000 ? new Promise(() => {}) : Promise.resolve())

const lineAt = (number: number): OutputRecord => ({
  number,
  attempt: 1,
  stream: number % 3 === 0 ? 'stderr' : 'stdout',
  timestamp: startMs + number,
  text: `line ${number}`,
})

/** The lines from one on of which there are `count`, of which those before `kept` are gone. */
const pageOf = (from: number, count: number, kept = 0): OutputRecord[] =>
  Array.from({ length: Math.min(PAGE, Math.max(0, count - Math.max(from, kept))) }, (_, at) =>
    lineAt(Math.max(from, kept) + at),
  )

const json = (body: unknown) => Response.json(body)
const eventOf = (data: Partial<StreamEvent>) => encodeEvent('1.0', { ...event, ...data })
const isPage = ({ url }: Request) => url.includes('/output?')
const afterOf = ({ url }: Request) => Number(new URL(url).searchParams.get('after'))

/** Follows to the end; pages and streams are answered by functions of their own. */
async function follow(page: (request: Request) => Response | Error, streamed: Answer, after?: number) {
  const { client, requests } = scripted((request) => {
    if (!isPage(request)) return typeof streamed === 'function' ? streamed(request) : (streamed as Response).clone()
    const answer = page(request)
    if (answer instanceof Error) throw answer
    return answer
  })
  const lines: OutputRecord[] = []
  for await (const line of followOutput(client, id, { after, sleep: patient, random: () => 0 })) lines.push(line)
  return { lines, requests, numbers: lines.map(({ number }) => number) }
}

const ended = (count: number) => () =>
  stream([retryField, eventOf({ status: 'completed', ...(count === 0 ? {} : { output_lines: count }) })])

test.each(Array.from({ length: 20 }, (_, seed) => seed))(
  'each line arrives once and in order, wherever the stream and the pages break (seed %d)',
  async (seed) => {
    const random = new Random(seed)
    let shown = 0
    const { lines } = await follow(
      (request) => {
        if (random.chance(0.2)) return new TypeError('fetch failed')
        if (random.chance(0.2)) return problem(503, 'The database does not respond', { 'Retry-After': '1' })
        if (random.chance(0.1)) return new Response('[{"number":', { headers: { 'Content-Type': 'application/json' } })
        return json(pageOf(afterOf(request), shown))
      },
      () => {
        if (random.chance(0.2)) return problem(503, 'Too many streams watch this job')
        const frames = [retryField]
        for (let left = random.int(0, 4); left > 0; left--) {
          shown = Math.min(2_000, shown + random.int(0, 700))
          frames.push(eventOf({ status: 'training', output_lines: shown }))
        }
        if (shown === 2_000) frames.push(eventOf({ status: 'completed', output_lines: shown }))
        return stream(frames, random.pick(['ends', 'breaks']))
      },
    )
    expect(lines).toEqual(Array.from({ length: 2_000 }, (_, number) => lineAt(number)))
  },
)

test('it continues after the lines that are known, and asks for no curve', async () => {
  const { numbers, requests } = await follow((request) => json(pageOf(afterOf(request), 12)), ended(12), 10)
  expect(numbers).toEqual([10, 11])
  expect(requests.map(({ url }) => new URL(url).search)).toEqual([`?job_id=${id}&history=window`, '?after=10'])
})

test('lines that are no longer kept are passed over, and a job without output just ends', async () => {
  const gone = await follow((request) => json(pageOf(afterOf(request), 12, 9)), ended(12))
  expect(gone.numbers).toEqual([9, 10, 11])
  expect((await follow(() => json([]), ended(12))).numbers).toEqual([])
  expect((await follow(() => json([]), ended(0))).requests).toHaveLength(1)
})

test('any other error of the API is thrown, and an abort with its reason', async () => {
  const deleted = follow(() => problem(404, 'Job not found'), ended(12))
  await expect(deleted).rejects.toMatchObject({ name: 'ApiError', status: 404, message: 'Job not found' })
  const stop = new AbortController()
  const { client } = scripted((request) => {
    if (!isPage(request)) return ended(12)()
    stop.abort(new Error('enough'))
    throw new TypeError('fetch failed')
  })
  const lines = followOutput(client, id, { signal: stop.signal, sleep: patient })
  await expect(lines.next()).rejects.toThrow('enough')
})
