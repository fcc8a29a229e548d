import type { Comparison } from './figures.ts'
import type { MlflowFigures } from './mlflow.ts'
import type { Rate } from './requests.ts'
import { median } from './statistics.ts'
import type { FanOut } from './streams.ts'

/** The measurements of a run; skipped ones are missing. */
export type Report = {
  takenAt: string
  machine: string
  rounds: number
  requests?: Comparison<Rate>[]
  lives?: Comparison<number>
  streams?: Comparison<FanOut>[]
  stalled?: Comparison<FanOut>
  memory?: Comparison<number>
  recorded?: Comparison<FanOut>
  large?: Comparison<number>[]
  reports?: Comparison<Rate>[]
  curves?: Comparison<Rate>[]
  mlflow?: MlflowFigures
  peer?: { requests: Comparison<Rate>[]; streams: Comparison<FanOut>[] }
}

/** The medians over the rounds, as tables in Markdown. */
export function tablesOf(report: Report): string {
  const { requests, lives, streams, stalled, memory, recorded, large, reports, curves, mlflow, peer } = report
  return [
    ...(requests ? [requestTable(requests)] : []),
    ...(streams ? [streamTable('Watchers', streams)] : []),
    ...(stalled ? [streamTable('Stalled', [stalled])] : []),
    ...(recorded ? [streamTable('Watchers', [recorded])] : []),
    ...(lives || memory ? [singleTable(lives, memory)] : []),
    ...(large ? [largeTable(large)] : []),
    ...(reports || curves ? [requestTable([...(reports ?? []), ...(curves ?? [])])] : []),
    ...(mlflow ? [`${mlflow.version}:\n\n${requestTable(mlflow.figures)}`, requestTable(mlflow.client)] : []),
    ...(peer ? [requestTable(peer.requests), streamTable('Watchers', peer.streams)] : []),
  ].join('\n\n')
}

function requestTable(figures: Comparison<Rate>[]): string {
  const head = ['Request', 'against', 'per second', 'base', 'ratio', 'of rounds', 'target', 'CPU µs', 'base']
  const rows = figures.map(({ name, base, target, ours, bare }) => [
    name,
    base,
    whole(ours, perSecond),
    whole(bare, perSecond),
    ...ratioOf(ours, bare, perSecond),
    target ? `≥ ${target}` : '–',
    whole(ours, (one) => one.cpuUs),
    whole(bare, (one) => one.cpuUs),
  ])
  return table(head, rows)
}

function streamTable(title: string, figures: Comparison<FanOut>[]): string {
  const head = [title, 'against', 'events/s', 'base', 'events/CPU s', 'base', 'ratio', 'of rounds', 'target']
  head.push('p50 ms', 'base', 'p99 ms', 'base', 'on time', 'base')
  const rows = figures.map(({ name, base, target, ours, bare }) => [
    name,
    base,
    whole(ours, perSecond),
    whole(bare, perSecond),
    whole(ours, perCpuSecond),
    whole(bare, perCpuSecond),
    ...ratioOf(ours, bare, perCpuSecond),
    target ? `≥ ${target}` : '–',
    ...[(one: FanOut) => one.p50Ms, (one: FanOut) => one.p99Ms].flatMap((of) => [whole(ours, of), whole(bare, of)]),
    percent(ours),
    percent(bare),
  ])
  return table(head, rows)
}

function singleTable(lives: Report['lives'], memory: Report['memory']): string {
  const row = ({ name, base, ours, bare }: Comparison<number>, unit: string, scale: number) => [
    `${name}, ${unit}`,
    base,
    (median(ours) / scale).toFixed(1),
    (median(bare) / scale).toFixed(1),
    ...ratioOf(bare, ours, (one) => one),
  ]
  const rows = [...(lives ? [row(lives, 'ms', 1)] : []), ...(memory ? [row(memory, 'KiB', 1_024)] : [])]
  return table(['Figure', 'against', 'ours', 'base', 'base / ours', 'of rounds'], rows)
}

function largeTable(figures: Comparison<number>[]): string {
  const rows = figures.map(({ name, base, ours, bare }) => [
    name,
    base,
    ...[ours, bare].map((one) => median(one).toFixed(1)),
  ])
  return table(['A job of 2,000,000 values', 'against', 'ours', 'base'], rows)
}

const perSecond = (one: { perSecond: number }) => one.perSecond
const perCpuSecond = (one: FanOut) => one.perCpuSecond

/** The median of the rounds' ratios, and their range. */
function ratioOf<T>(ours: T[], bare: T[], of: (one: T) => number): [string, string] {
  const ratios = ours.flatMap((one, round) => (bare[round] === undefined ? [] : [of(one) / of(bare[round])]))
  return [median(ratios).toFixed(2), `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`]
}

function whole<T>(values: T[], of: (one: T) => number): string {
  const value = median(values.map(of))
  return Number.isNaN(value) ? '–' : Math.round(value).toLocaleString('en')
}

const percent = (values: FanOut[]) => `${(100 * median(values.map((one) => one.onTime))).toFixed(1)} %`

/** A Markdown table that is readable as text: columns aligned, all but the first two to the right. */
function table(head: string[], rows: string[][]): string {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)))
  const line = (cells: string[]) =>
    `| ${cells.map((cell, i) => (i < 2 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(' | ')} |`
  const rule = `|${widths.map((width, i) => (i < 2 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`
  return [line(head), rule, ...rows.map(line)].join('\n')
}
