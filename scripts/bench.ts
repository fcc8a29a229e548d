/**
 * `npm run bench`: how fast the Worker is, each figure as a ratio to the bare thing in the same workerd.
 *
 *     npm run bench -- --rounds 5 --only requests,streams --peer http://127.0.0.1:8100 --peer-mlflow
 *
 * Prints tables, writes dist/bench.json, and draws test/bench/fan-out.svg out of the streams.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, release } from 'node:os'
import { parseArgs } from 'node:util'
import { chart, type Series } from '../test/bench/chart.ts'
import { measureCurves } from '../test/bench/curves.ts'
import {
  type Comparison,
  measureLives,
  measureMemory,
  measureRequests,
  measureStalled,
  measureStreams,
  type Rounds,
  type Sides,
} from '../test/bench/figures.ts'
import { measureLarge } from '../test/bench/large.ts'
import { measureMlflow } from '../test/bench/mlflow.ts'
import { findPeer, measurePeer } from '../test/bench/peer.ts'
import { measureRecorded } from '../test/bench/recorded.ts'
import { type Report, tablesOf } from '../test/bench/report.ts'
import { measureReports } from '../test/bench/reports.ts'
import { withServer } from '../test/bench/server.ts'
import { longJob, streamOf } from '../test/bench/setup.ts'
import { median } from '../test/bench/statistics.ts'
import type { FanOut } from '../test/bench/streams.ts'

const sections = [
  'requests',
  'lives',
  'streams',
  'stalled',
  'memory',
  'reports',
  'curves',
  'recorded',
  'large',
  'peer',
  'mlflow',
] as const
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    only: { type: 'string' },
    peer: { type: 'string' },
    'peer-mlflow': { type: 'boolean', default: false },
  },
})
const roundCount = Number(values.rounds)
const wanted = new Set(values.only?.split(',') ?? sections)
if (!(roundCount >= 1) || ![...wanted].every((name) => (sections as readonly string[]).includes(name))) {
  console.error(`--rounds takes a number, --only some of ${sections.join(',')}`)
  process.exit(2)
}

const rounds: Rounds = async <T>(name: string, measure: (round: number) => Promise<Sides<T>>) => {
  const sides: Sides<T[]> = { ours: [], bare: [] }
  process.stderr.write(`${name} `)
  for (let round = 0; round < roundCount; round++) {
    const { ours, bare } = await measure(round)
    sides.ours.push(ours)
    sides.bare.push(bare)
    process.stderr.write('.')
  }
  process.stderr.write('\n')
  return sides
}

const report: Report = {
  takenAt: new Date().toISOString(),
  machine: `${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, Linux ${release()}, Node ${process.version}`,
  rounds: roundCount,
}
if (wanted.has('requests')) report.requests = await withServer((server) => measureRequests(server, rounds))
if (wanted.has('lives')) report.lives = await measureLives(rounds)
if (wanted.has('streams') || wanted.has('stalled')) {
  await withServer(async (server) => {
    const stream = await streamOf(server.ours, await longJob(server.ours))
    if (wanted.has('streams')) report.streams = await measureStreams(server, stream, rounds)
    if (wanted.has('stalled')) report.stalled = await measureStalled(server, stream, rounds)
  })
}
if (wanted.has('memory')) report.memory = await measureMemory(rounds)
if (wanted.has('reports')) report.reports = await withServer((server) => measureReports(server, rounds))
if (wanted.has('curves')) report.curves = await withServer((server) => measureCurves(server, rounds))
if (wanted.has('recorded')) report.recorded = await measureRecorded(rounds)
if (wanted.has('large')) report.large = await measureLarge(rounds)
if (wanted.has('peer') && values.peer) report.peer = await measurePeer(findPeer(values.peer), rounds)
if (wanted.has('mlflow') && values['peer-mlflow']) report.mlflow = await measureMlflow(rounds)

console.log(`\n${report.machine}; medians of ${roundCount} rounds\n\n${tablesOf(report)}`)
mkdirSync('dist', { recursive: true })
writeFileSync('dist/bench.json', `${JSON.stringify(report, null, 2)}\n`)
if (report.streams) writeFileSync('test/bench/fan-out.svg', fanOutChart(report.streams, report.peer?.streams ?? []))

function fanOutChart(streams: Comparison<FanOut>[], peer: Comparison<FanOut>[]): string {
  const line = (name: string, figures: Comparison<FanOut>[], side: 'ours' | 'bare', of: (one: FanOut) => number) => ({
    name,
    points: figures.map((one): Series['points'][number] => [Number(one.name), median(one[side].map(of))]),
  })
  const lines = (of: (one: FanOut) => number) => [
    line('Stellwerk', streams, 'ours', of),
    line('bare stream', streams, 'bare', of),
    ...(peer.length > 0 ? [line('peer', peer, 'bare', of)] : []),
  ]
  return chart('Fan-out of a stream against its watchers', 'watchers', [
    { title: 'Events per CPU second', series: lines((one) => one.perCpuSecond) },
    { title: 'Lateness of a repaint, p99, ms', series: lines((one) => one.p99Ms) },
  ])
}
