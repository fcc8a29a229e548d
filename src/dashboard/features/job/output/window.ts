/** The rows of a list that are in the page: from one to before another. */
export type Window = { from: number; to: number }

/**
 * The rows that are to be in the page while a list is scrolled to somewhere within a step: those that can be in view, and a step
 * more above and below. So they change only once a step.
 *
 * @param step which one, from 0: `stepRows` rows each
 * @param inView how many rows are in view, or parts of one
 */
export function windowOf(step: number, inView: number, rows: number, stepRows: number): Window {
  const from = Math.max(0, (step - 1) * stepRows)
  const to = (step - 1) * stepRows + slotsOf(inView, stepRows)
  return { from: Math.min(from, rows), to: Math.min(to, rows) }
}

/** The most rows that are in the page at a time. */
export const slotsOf = (inView: number, stepRows: number): number => 3 * stepRows + Math.ceil(inView)
