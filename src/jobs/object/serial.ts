/** Does one piece of work after the other. */
export type Serially = <T>(work: () => Promise<T>) => Promise<T>

/** Work that is handed in waits until all before it has ended, well or not. */
export function createSerial(): Serially {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const turn = last.then(work)
    last = turn.catch(() => {})
    return turn
  }
}
