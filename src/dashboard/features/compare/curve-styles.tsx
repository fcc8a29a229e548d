import { useRef } from 'preact/hooks'
import { COMPARED_JOBS_MAX } from '../../platform/limits.ts'

/** The style of a curve: its colour, and a dash that identifies it without the colour. */
export type CurveStyle = { colour: `--curve-${number}`; dash: readonly number[] }

/** A line, and dashes that differ in length and number. */
const dashes: readonly (readonly number[])[] = [
  ...[[], [8, 4], [2, 3], [12, 3, 2, 3], [6, 2, 2, 2, 2, 2]],
  ...[
    [20, 4],
    [1, 7],
    [12, 3, 6, 3],
    [4, 10],
    [16, 3, 2, 3, 2, 3, 2, 3],
  ],
]

const styles: readonly CurveStyle[] = dashes
  .slice(0, COMPARED_JOBS_MAX)
  .map((dash, index) => ({ colour: `--curve-${index + 1}`, dash }))

const plain: CurveStyle = { colour: '--curve-1', dash: [] }

/** The style of each job, kept for as long as the job is compared. */
export function useCurveStyles(ids: readonly string[]): (id: string) => CurveStyle {
  const assigned = useRef(new Map<string, CurveStyle>())
  for (const id of [...assigned.current.keys()]) if (!ids.includes(id)) assigned.current.delete(id)
  for (const id of ids) {
    if (assigned.current.has(id)) continue
    const inUse = new Set(assigned.current.values())
    assigned.current.set(id, styles.find((style) => !inUse.has(style)) ?? plain)
  }
  return (id) => assigned.current.get(id) ?? plain
}

/** A piece of a curve as it is drawn: colour and dash. */
export function LineSwatch({ curveStyle: { colour, dash } }: { curveStyle: CurveStyle }) {
  return (
    <svg class="line-swatch" viewBox="0 0 40 8" aria-hidden="true" style={{ color: `var(${colour})` }}>
      <path d="M0 4h40" stroke="currentColor" stroke-width="3" stroke-dasharray={dash.join(' ') || 'none'} />
    </svg>
  )
}
