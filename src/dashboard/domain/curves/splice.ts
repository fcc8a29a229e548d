import { Columns } from '../../live/columns.ts'

/** Columns of a curve, of which the first are `step`, `epoch` and `timestamp`, in order of steps. */
export type Rows = Columns<string>

/** Some rows, in their order. */
export function pick(rows: Rows, isMeant: (step: number, timestamp: number) => boolean): Rows {
  const [steps, times] = [rows.column('step'), rows.column('timestamp')]
  const at = [...steps.keys()].filter((index) => isMeant(steps[index] ?? 0, times[index] ?? 0))
  const picked = new Columns(rows.names)
  picked.append(
    Object.fromEntries(
      rows.names.map((name) => [name, Float64Array.from(at, (index) => rows.column(name)[index] ?? 0)]),
    ),
  )
  return picked
}

/** Rows, and those of others that came after them: at later steps, or later. */
export function continued(rows: Rows, later: Rows): Rows {
  const lastStep = rows.length === 0 ? -Infinity : rows.at('step', rows.length - 1)
  const lastMs = rows.column('timestamp').reduce((a, b) => Math.max(a, b), -Infinity)
  const rest = pick(later, (step, ms) => step > lastStep || ms > lastMs)
  return rest.length === 0 ? rows : joined(rows, rest)
}

/**
 * A coarse curve with a part of it in detail: that part from a step to another, both included, and what the coarse one has there
 * that came after the detail was read.
 */
export function spliced(whole: Rows, { rows, from, to }: { rows: Rows; from: number; to: number }): Rows {
  return joined(
    pick(whole, (step) => step < from),
    continued(
      rows,
      pick(whole, (step) => step >= from && step <= to),
    ),
    pick(whole, (step) => step > to),
  )
}

function joined(...parts: Rows[]): Rows {
  const all = new Columns(parts[0]?.names ?? [])
  for (const part of parts) all.append(part.copy())
  return all
}
