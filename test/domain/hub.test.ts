import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Connection, FromHub, ToHub } from '../../src/dashboard/live/protocol.ts'
import { HIDDEN_MAX_MS, STREAM_LINGER_MS, STREAMS_MAX } from '../../src/dashboard/platform/limits.ts'
import { problem, stream } from './scripted.ts'

vi.stubGlobal('self', { location: { origin: 'http://stellwerk.test' } })
const { Hub } = await import('../../src/dashboard/live/hub.ts')

/** The answers to stream requests, and the requests that have not been aborted. */
let answer: (request: Request) => Response
let open: Set<Request>

const quiet = () => stream([], 'stays open')
const kinded = (status: number, kind: string) =>
  new Response(
    JSON.stringify({ type: `urn:stellwerk:problem:${kind}`, title: '', status, detail: '', instance: '/' }),
    {
      status,
      headers: { 'Content-Type': 'application/problem+json' },
    },
  )

beforeEach(() => {
  vi.useFakeTimers()
  vi.spyOn(Math, 'random').mockReturnValue(1)
  open = new Set()
  answer = quiet
  vi.stubGlobal('fetch', async (input: string, init: RequestInit) => {
    const request = new Request(input, init)
    open.add(request)
    request.signal.addEventListener('abort', () => open.delete(request))
    return answer(request)
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** A tab, and the state of the jobs that it watches. */
function openTab(hub: InstanceType<typeof Hub>) {
  const states = new Map<string, Connection>()
  const told: string[] = []
  const port: { onmessage: ((event: MessageEvent<ToHub>) => void) | null; postMessage: (message: FromHub) => void } = {
    onmessage: null,
    postMessage: (message) => {
      told.push(message.type)
      if (message.type === 'connection') states.set(message.jobId, message.connection)
    },
  }
  hub.attach(port as unknown as MessagePort)
  return {
    told,
    async say(...messages: ToHub[]) {
      for (const data of messages) port.onmessage?.({ data } as MessageEvent<ToHub>)
      await vi.advanceTimersByTimeAsync(0)
    },
    watch(...jobIds: string[]) {
      return this.say(...jobIds.map((jobId) => ({ type: 'watch', jobId }) as const))
    },
    connection: (jobId: string) => states.get(jobId),
    get states() {
      return [...states.values()].map(({ state }) => state).sort()
    },
  }
}

const jobs = Array.from({ length: STREAMS_MAX + 2 }, (_, at) => `job-${at}`)
const allLive = Array(STREAMS_MAX).fill('live')
const atHand = [...allLive, 'waiting', 'waiting']

test('after a pause the maximum number of streams is live again, and the others are shown as waiting', async () => {
  const hub = new Hub()
  const tab = openTab(hub)
  await tab.watch(...jobs)
  expect(tab.states).toEqual(atHand)
  // The job watched last is reopened last.
  await openTab(hub).say({ type: 'watch', jobId: 'job-0' }, { type: 'leave' })
  await tab.say({ type: 'visible', visible: false })
  await vi.advanceTimersByTimeAsync(HIDDEN_MAX_MS)
  expect(tab.states).toEqual([...Array(STREAMS_MAX).fill('hidden'), 'waiting', 'waiting'])
  expect(open.size).toBe(0)
  await tab.say({ type: 'visible', visible: true })
  expect(tab.states).toEqual(atHand)
  expect(tab.connection('job-0')).toEqual({ state: 'waiting' })
})

test('signing in again requests all streams, including those that must wait for a connection', async () => {
  const tab = openTab(new Hub())
  answer = () => kinded(401, 'session-ended')
  await tab.watch(...jobs)
  expect(new Set(tab.states)).toEqual(new Set(['refused']))
  answer = quiet
  await tab.say({ type: 'retry' })
  expect(tab.states).toEqual(atHand)
  await tab.say({ type: 'unwatch', jobId: 'job-0' })
  await vi.advanceTimersByTimeAsync(STREAM_LINGER_MS)
  expect(jobs.slice(1).map((id) => tab.connection(id)?.state)).toEqual([...allLive, 'waiting'])
})

test('a deleted job does not wait for a stream', async () => {
  const tab = openTab(new Hub())
  answer = ({ url }) => (url.includes('gone') ? kinded(404, 'not-found') : quiet())
  await tab.watch('gone', ...jobs)
  await tab.say({ type: 'retry' })
  expect(tab.connection('gone')).toEqual({ state: 'refused', status: 404 })
  expect(tab.states.sort()).toEqual([...allLive, 'refused', 'waiting', 'waiting'])
})

test('a closed tab is no longer counted, whatever it still sends; one that watches again is', async () => {
  const hub = new Hub()
  const [closed, other] = [openTab(hub), openTab(hub)]
  await closed.watch('job-0')
  await other.watch('job-0')
  await closed.say({ type: 'leave' }, { type: 'visible', visible: true })
  await other.say({ type: 'visible', visible: false })
  await vi.advanceTimersByTimeAsync(HIDDEN_MAX_MS)
  expect(other.connection('job-0')).toEqual({ state: 'hidden' })
  expect(open.size).toBe(0)
  closed.told.length = 0
  await closed.say({ type: 'visible', visible: true }, { type: 'watch', jobId: 'job-0' })
  expect(closed.told.slice(0, 2)).toEqual(['reset', 'connection'])
  expect(closed.connection('job-0')).toEqual({ state: 'live' })
  expect(other.connection('job-0')).toEqual({ state: 'live' })
})

test('a stream that the service ends as planned is reopened, and not reported as lost', async () => {
  const tab = openTab(new Hub())
  answer = () => stream([])
  await tab.watch('job-0')
  expect(tab.connection('job-0')).toEqual({ state: 'connecting' })
  answer = quiet
  await tab.say({ type: 'retry' })
  expect(tab.connection('job-0')).toEqual({ state: 'live' })
})

test.each([
  [503, 'too-many-watchers'],
  [429, 'too-many-streams'],
  [500, 'about:blank'],
])(
  'a stream that is temporarily refused with %d shows the reason and the time of the next attempt',
  async (status, kind) => {
    const tab = openTab(new Hub())
    answer = () => kinded(status, kind)
    await tab.watch('job-0')
    const atMs = Date.now() + 2_000
    const type = `urn:stellwerk:problem:${kind}`
    expect(tab.connection('job-0')).toMatchObject({
      state: 'reconnecting',
      atMs,
      refusal: { status, problem: { type } },
    })
    // It is sent to another context, so it must survive structured cloning.
    expect(structuredClone(tab.connection('job-0'))).toEqual(tab.connection('job-0'))
    answer = quiet
    await vi.advanceTimersByTimeAsync(2_000)
    expect(tab.connection('job-0')).toEqual({ state: 'live' })
  },
)

test.each([
  ['cut', () => stream([], 'breaks')],
  [
    'not made',
    () => {
      throw new TypeError('fetch failed')
    },
  ],
])('a connection that is %s is reported as lost, and retried at once when the server is back', async (_, lost) => {
  const tab = openTab(new Hub())
  answer = lost
  await tab.watch('job-0')
  expect(tab.connection('job-0')).toEqual({ state: 'reconnecting', atMs: Date.now() + 2_000 })
  answer = quiet
  await tab.say({ type: 'retry' })
  expect(tab.connection('job-0')).toEqual({ state: 'live' })
  expect(open.size).toBe(1)
})

test('each stream request is marked, so that Cloudflare Access answers 401 instead of redirecting it', async () => {
  await openTab(new Hub()).watch('job-0')
  expect([...open].map(({ headers }) => headers.get('X-Requested-With'))).toEqual(['XMLHttpRequest'])
})

test('an error without a problem document is still an error', async () => {
  const tab = openTab(new Hub())
  answer = () => new Response('<html>', { status: 502 })
  await tab.watch('job-0')
  expect(tab.connection('job-0')).toMatchObject({ refusal: { status: 502, problem: null } })
  answer = () => problem(403, 'No')
  await vi.advanceTimersByTimeAsync(2_000)
  expect(tab.connection('job-0')).toEqual({ state: 'refused', status: 403 })
})
