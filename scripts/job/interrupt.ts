import { type ExitCode, exitCodes } from './usage.ts'

/**
 * Runs work that Ctrl+C ends.
 *
 * @param farewell what is said then
 */
export async function untilInterrupted(
  work: (signal: AbortSignal) => Promise<ExitCode>,
  farewell: () => string,
): Promise<ExitCode> {
  const stop = new AbortController()
  const interrupt = (signal: NodeJS.Signals) => stop.abort(signal)
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  try {
    return await work(stop.signal)
  } catch (error) {
    if (!stop.signal.aborted) throw error
    process.stderr.write(`${farewell()}\n`)
    return stop.signal.reason === 'SIGTERM' ? exitCodes.terminated : exitCodes.interrupted
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
  }
}

/** Says on the standard error that a connection is lost. */
export const sayLost = (why: string, waitMs: number): void =>
  void process.stderr.write(`The connection is lost (${why}), next attempt in ${Math.ceil(waitMs / 1_000)} s\n`)
