import { curlLine, type Kind, kinds } from './request.ts'
import type { Failure } from './run.ts'
import type { Outcome } from './world.ts'

/** The report of a run. */

type Row = { kinds: Record<Kind, number>; statuses: Map<number, number> }

/** Counts the requests to each operation and its answers. */
export function tally() {
  const rows = new Map<string, Row>()

  function note({ exchange: { plan, answer } }: Outcome): void {
    const row = rows.get(plan.operation) ?? { kinds: { valid: 0, 'near-valid': 0, hostile: 0 }, statuses: new Map() }
    row.kinds[plan.kind]++
    row.statuses.set(answer.status, (row.statuses.get(answer.status) ?? 0) + 1)
    rows.set(plan.operation, row)
  }

  function table(): string {
    const lines = [...rows]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([operation, row]) => {
        const statuses = [...row.statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status}×${count}`)
        return [
          operation.padEnd(28),
          ...kinds.map((kind) => String(row.kinds[kind]).padStart(7)),
          `  ${statuses.join(' ')}`,
        ].join(' ')
      })
    return [['operation'.padEnd(28), ...kinds.map((kind) => kind.padStart(7)), '  answers'].join(' '), ...lines].join(
      '\n',
    )
  }

  /** Operations without a successful request: the fuzz has not reached their code. */
  function unreached(): string[] {
    const isStray = (operation: string) => operation === 'unknownPath' || operation === 'wrongMethod'
    const isTaken = ({ statuses }: Row) => [...statuses.keys()].some((status) => status >= 200 && status < 300)
    return [...rows].filter(([operation, row]) => !isStray(operation) && !isTaken(row)).map(([operation]) => operation)
  }

  const total = () => [...rows.values()].flatMap((row) => Object.values(row.kinds)).reduce((sum, n) => sum + n, 0)

  return { note, table, unreached, total }
}

/** One request and its answer, in two lines. */
export function formatOutcome(origin: string, { exchange: { plan, wire, answer } }: Outcome): string {
  const body = answer.body === null ? '' : ` ${answer.body.slice(0, 400)}`
  const how = [plan.kind, plan.mutation].filter((word) => word !== '').join(', ')
  return `${plan.operation} as ${plan.who} (${how})\n    ${curlLine(origin, wire)}\n    → ${answer.status}${body}`
}

export function formatFailure(origin: string, seed: number, failure: Failure, only?: string): string {
  const replay = `Replay: npm run fuzz -- --seed ${seed}${only === undefined ? '' : ` --only ${only}`}`
  const { fault, index, outcome, path, shortest } = failure
  const lines = [
    `Broken: ${fault.rule}`,
    ...outcome.faults.filter(({ rule }) => rule === fault.rule).map(({ what }) => `  ${what}`),
    `Request ${index} of seed ${seed}: ${formatOutcome(origin, outcome)}`,
  ]
  if (shortest !== null && path !== null) {
    const same = shortest.faults.find(({ rule }) => rule === fault.rule)
    lines.push(`Shortest: ${formatOutcome(origin, shortest)}`, `  ${same?.what}`)
    lines.push(`${replay} --path ${path}`)
  } else {
    lines.push('It breaks nothing on its own: it depends on the requests before it.')
    lines.push(`${replay} --requests ${index + 1}`)
  }
  return lines.join('\n')
}
