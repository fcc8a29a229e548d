import { type Client, type JobSnapshot, type StreamEvent, watchJob } from '../../src/client/index.ts'
import type { FinalStatus } from '../../src/shared/job-status.ts'
import { ending } from './format.ts'
import { untilInterrupted } from './interrupt.ts'
import { readJob } from './requests.ts'
import { newsOf } from './runner-texts.ts'
import { barScreen, jsonScreen, lineScreen, type Screen } from './screens.ts'
import { printable } from './text.ts'
import { type ExitCode, exitCodes } from './usage.ts'

export const codes = {
  completed: exitCodes.done,
  failed: exitCodes.failed,
  cancelled: exitCodes.cancelled,
} as const satisfies Record<FinalStatus, ExitCode>

/** Shows a job until it ends, or until Ctrl+C. @returns the exit code for how it ended */
export async function watch(client: Client, id: string, after: string | undefined, json: boolean): Promise<ExitCode> {
  const { stdout } = process
  const job = await readJob(client, id)
  if (!json) stdout.write(`${printable(job.name)}, ${job.model_type}, ${id}\n`)
  if (!json && job.queue_position !== null) stdout.write(`Position ${job.queue_position} in the queue.\n`)
  const screen = json ? jsonScreen(id, stdout) : stdout.isTTY ? barScreen(stdout) : lineScreen(stdout)
  return untilInterrupted(
    async (signal) => {
      const last = await show(client, job, after, screen, signal)
      // Without an event after `after` the job had already ended.
      const { status, error_message } = last?.status === 'completed' ? { ...job, ...last } : await readJob(client, id)
      if (!json)
        stdout.write(`${last ? ending(last, error_message) : `The job is ${status}; there are no further events.`}\n`)
      return codes[status as FinalStatus]
    },
    () => `Stopped watching; the job keeps running. To watch it again: npm run job -- watch ${id.slice(0, 8)}`,
  )
}

/** The last event; `null` when there was none. The screen is always closed. */
async function show(
  client: Client,
  job: JobSnapshot,
  after: string | undefined,
  screen: Screen,
  signal: AbortSignal,
): Promise<StreamEvent | null> {
  let last: StreamEvent | null = null
  const runnerOf = runners(client, job)
  try {
    const onReconnect = (why: Error, waitMs: number) => screen.lost(why.message, waitMs)
    for await (const event of watchJob(client, job.id, { after, signal, onReconnect })) {
      screen.show(event, screen.takesNews ? newsOf(last, event.data, await runnerOf(event.data)) : [])
      last = event.data
    }
  } finally {
    screen.close()
  }
  return last
}

/** Names the runners of a job's events, which have only the number of the attempt; `null`: that is not known. */
export function runners(client: Client, job: JobSnapshot): (event: StreamEvent) => Promise<string | null> {
  let known = job.attempt
  return async ({ attempt }) => {
    if (attempt !== undefined && attempt !== known?.number) {
      // Only a name: the watch goes on without it.
      known = (await readJob(client, job.id).catch(() => job)).attempt
    }
    return attempt !== undefined && attempt === known?.number ? known.runner : null
  }
}
