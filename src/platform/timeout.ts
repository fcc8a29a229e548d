/**
 * The result of a promise if it settles in time. A timeout does not cancel the work behind the promise.
 *
 * @throws Error after `ms`
 */
export async function withTimeout<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | null = null
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${ms} ms`)), ms)
  })
  try {
    return await Promise.race([promise, timeout])
  } finally {
    clearTimeout(timer)
  }
}

/** Resolves after `ms`; rejects with the signal's reason as soon as that is aborted. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>

/** Calls `work` for each item, at most `concurrency` at a time. `work` must not throw. */
export async function forEachConcurrently<T>(
  items: readonly T[],
  concurrency: number,
  work: (item: T) => Promise<void>,
) {
  const remaining = items.values()
  const worker = async () => {
    for (const item of remaining) await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker))
}
