/**
 * `npm run soak`: watches a job in Chromium for ten minutes, and prints each minute's cost. Exits with 1 when the least heap, DOM
 * or CPU of the last three minutes exceeds that of minutes 2–4 by more than its margin: something leaks, or is repeated
 * without need. The job is one whose runner reports 20 metrics twice a second, or a simulated one at production speed.
 *
 *     npm run soak -- --minutes 30
 *     npm run soak -- --job simulated
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { childrenOf, residentBytes } from '../test/bench/process.ts'
import { pointsOf, signInAt } from '../test/browser/actions.ts'
import { buildDashboard } from '../test/browser/build.ts'
import { launch } from '../test/browser/chromium.ts'
import { countFrames, type Frames, takeFrames } from '../test/browser/frames.ts'
import { ReportedJob, twentyMetricsAt } from '../test/browser/reported-job.ts'
import { Service } from '../test/browser/service.ts'
import { SharedWorkerSession } from '../test/browser/shared-worker.ts'
import { migrate } from '../test/kill/mortal-server.ts'

/** The allowed ratio of end to start. The points of a curve are kept: 1,200 more of them are 0.2 MiB. */
const margins = { heapMiB: 1.15, nodes: 1.1, cpuS: 1.3 }

/** The cost of a minute; memory is measured after a garbage collection. */
type Minute = { points: number; heapMiB: number; workerMiB: number; nodes: number; cpuS: number; serverMiB: number }

/**
 * Points that the runner has reported before somebody looks: within the first minute, which no other is compared with, the curve
 * becomes one that is thinned, and each chart keeps what it has read of it.
 */
const POINTS_BEFORE = 2_950

const REPORT_EVERY_MS = 500

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, job: { type: 'string', default: 'recorded' } },
})
const minutes = Number(values.minutes)
const isRecorded = values.job === 'recorded'
if (!isRecorded && values.job !== 'simulated') fail('--job takes recorded or simulated.')
if (!Number.isInteger(minutes) || minutes < 7) fail('--minutes takes a whole number from 7: fewer cannot be compared.')

const folder = await mkdtemp(join(tmpdir(), 'stellwerk-soak-'))
const [assets, state] = [join(folder, 'assets'), join(folder, 'state')]
buildDashboard(assets)
await mkdir(state)
migrate(state)
const service = await Service.start({ assets, state })
const browser = await launch()
const isOver = new AbortController()
try {
  const measured = await watch()
  compareWithMargins(measured)
} finally {
  isOver.abort()
  await browser.close()
  await service.close()
  await rm(folder, { recursive: true, force: true })
}

async function watch(): Promise<Minute[]> {
  const id = isRecorded ? await report() : await service.create({ name: 'Soak', epochs: 100 })
  const viewport = { width: 1440, height: 900 }
  const context = await browser.newContext({ baseURL: service.origin, locale: 'de-DE', viewport })
  const page = await context.newPage()
  await signInAt(page, `/jobs/${id}`, service.admin)
  const losses = page.getByRole('figure').first()
  await losses.locator('canvas').waitFor()
  const session = await context.newCDPSession(page)
  // CPU time of the page's main thread, independent of other load on the machine.
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  const worker = await SharedWorkerSession.attach(browser)
  // To where the page shows as many charts as fit.
  if (isRecorded) await page.locator('.metric-cards').nth(1).scrollIntoViewIfNeeded()
  await page.evaluate(countFrames)
  const measure = async (): Promise<Minute> => {
    await session.send('HeapProfiler.collectGarbage')
    await worker.send('HeapProfiler.collectGarbage')
    const { metrics } = await session.send('Performance.getMetrics')
    const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN
    const { usedSize } = await worker.send<{ usedSize: number }>('Runtime.getHeapUsage')
    return {
      points: await pointsOf(losses),
      heapMiB: of('JSHeapUsedSize') / 2 ** 20,
      workerMiB: usedSize / 2 ** 20,
      nodes: of('Nodes'),
      cpuS: of('TaskDuration'),
      serverMiB: serverBytes() / 2 ** 20,
    }
  }
  print([
    'minute',
    'points',
    'heap MiB',
    'worker MiB',
    'DOM nodes',
    'CPU s',
    'server MiB',
    'frame p50',
    'p99',
    'max',
    '> 50 ms',
  ])
  const measured: Minute[] = []
  let before = await measure()
  for (let minute = 1; minute <= minutes; minute++) {
    await sleep(60_000)
    const frames = await page.evaluate(takeFrames)
    const now = await measure()
    // A garbage collection that was asked for is no frame of the page.
    await page.evaluate(takeFrames)
    const cost = { ...now, cpuS: now.cpuS - before.cpuS }
    before = now
    measured.push(cost)
    const { points, heapMiB, workerMiB, nodes, cpuS, serverMiB } = cost
    const figures = [points, heapMiB.toFixed(2), workerMiB.toFixed(2), nodes, cpuS.toFixed(2), serverMiB.toFixed(0)]
    print([minute, ...figures, ...inMs(frames)])
  }
  return measured
}

/** A job whose runner reports from now on, twice a second. @returns its id */
async function report(): Promise<string> {
  const job = await ReportedJob.begin(service, 'Soak')
  const before = Date.now() - POINTS_BEFORE * REPORT_EVERY_MS
  const past = Array.from({ length: POINTS_BEFORE }, (_, step) => step)
  await job.report(past.map((step) => twentyMetricsAt(step, before + step * REPORT_EVERY_MS)))
  void (async () => {
    for (let step = POINTS_BEFORE; ; step++) {
      await sleep(REPORT_EVERY_MS, undefined, { signal: isOver.signal })
      await job.report([twentyMetricsAt(step, Date.now())])
    }
  })().catch((error) => {
    if (!isOver.signal.aborted) throw error
  })
  return job.id
}

function inMs({ p50, p99, max, long }: Frames): (string | number)[] {
  return [p50.toFixed(1), p99.toFixed(1), max.toFixed(1), long]
}

/** The memory of the server's processes: workerd and wrangler. */
function serverBytes(): number {
  const { pid } = service.server
  return pid === undefined ? 0 : [pid, ...childrenOf(pid)].reduce((sum, one) => sum + residentBytes(one), 0)
}

function compareWithMargins(measured: readonly Minute[]): void {
  // What leaks, and what is repeated, raises the least of several minutes, too; a collection that came late does not.
  const least = (part: readonly Minute[], of: keyof typeof margins) => Math.min(...part.map((minute) => minute[of]))
  for (const figure of ['heapMiB', 'nodes', 'cpuS'] as const) {
    const ratio = least(measured.slice(-3), figure) / least(measured.slice(1, 4), figure)
    const isTooMuch = !(ratio <= margins[figure])
    console.log(
      `${figure}: the least of the last three minutes is ${ratio.toFixed(3)} of that of minutes 2–4, at most ${margins[figure]}`,
    )
    if (isTooMuch) process.exitCode = 1
  }
}

function print(cells: (string | number)[]): void {
  console.log(cells.map((cell) => String(cell).padStart(10)).join(' '))
}

function fail(message: string): never {
  console.error(message)
  process.exit(2)
}
