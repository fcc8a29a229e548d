/** Runs work sequentially. */
export type Serially = <T>(work: () => Promise<T>) => Promise<T>

/** Runs work after all previous work has settled. */
export function createSerial(): Serially {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const turn = last.then(work)
    last = turn.catch(() => {})
    return turn
  }
}
