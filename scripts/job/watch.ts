import { type Client, type StreamEvent, watchJob } from '../../src/client/index.ts'
import type { FinalStatus } from '../../src/shared/job-status.ts'
import { ending, printable } from './format.ts'
import { readJob } from './requests.ts'
import { barScreen, jsonScreen, lineScreen, type Screen } from './screens.ts'
import { type ExitCode, exitCodes } from './usage.ts'

const codes = {
  completed: exitCodes.done,
  failed: exitCodes.failed,
  cancelled: exitCodes.cancelled,
} as const satisfies Record<FinalStatus, ExitCode>

/** Shows a job until it ends, or until Ctrl+C. @returns the exit code for how it ended */
export async function watch(client: Client, id: string, after: string | undefined, json: boolean): Promise<ExitCode> {
  const { stdout, stderr } = process
  const job = await readJob(client, id)
  if (!json) stdout.write(`${printable(job.name)}, ${job.model_type}, ${id}\n`)
  if (!json && job.queue_position !== null) stdout.write(`Position ${job.queue_position} in the queue.\n`)
  const screen = json ? jsonScreen(id, stdout, stderr) : stdout.isTTY ? barScreen(stdout) : lineScreen(stdout, stderr)
  const stop = new AbortController()
  const interrupt = (signal: NodeJS.Signals) => stop.abort(signal)
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  try {
    const last = await show(client, id, after, screen, stop.signal)
    // Without an event after `after` the job had already ended.
    const { status, error_message } = last?.status === 'completed' ? { ...job, ...last } : await readJob(client, id)
    if (!json)
      stdout.write(`${last ? ending(last, error_message) : `The job is ${status}; there are no further events.`}\n`)
    return codes[status as FinalStatus]
  } catch (error) {
    if (!stop.signal.aborted) throw error
    stderr.write(`Stopped watching; the job keeps running. To watch it again: npm run job -- watch ${id.slice(0, 8)}\n`)
    return stop.signal.reason === 'SIGTERM' ? exitCodes.terminated : exitCodes.interrupted
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
  }
}

/** The last event; `null` when there was none. The screen is always closed. */
async function show(
  client: Client,
  id: string,
  after: string | undefined,
  screen: Screen,
  signal: AbortSignal,
): Promise<StreamEvent | null> {
  let last: StreamEvent | null = null
  try {
    const onReconnect = (why: Error, waitMs: number) => screen.lost(why.message, waitMs)
    for await (const event of watchJob(client, id, { after, signal, onReconnect })) {
      screen.show(event)
      last = event.data
    }
  } finally {
    screen.close()
  }
  return last
}
