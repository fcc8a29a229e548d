import type { OutputRecord } from '../jobs/rules/shown.ts'
import { STREAM_RETRY_MS } from '../platform/limits.ts'
import { ApiError } from './api-error.ts'
import type { Client } from './client.ts'
import { Connection } from './connection.ts'
import { backoffMs, isTemporary, retryAfterMs, sleepFor } from './retry.ts'
import { type WatchOptions, watchJob } from './watch-job.ts'

/** As for `watchJob`. */
export type FollowOptions = Omit<WatchOptions, 'after' | 'history'> & {
  /** How many lines are known: the first one is that with this number. */
  after?: number | undefined
}

/**
 * The output of a job that runners train, line by line until the job ends, each line once, however often the connection is
 * lost. The service keeps the last lines only: where older ones are gone, `number` skips them. Throws as `watchJob` does.
 */
export async function* followOutput(
  client: Client,
  id: string,
  { after = 0, ...options }: FollowOptions = {},
): AsyncGenerator<OutputRecord, void, undefined> {
  let known = after
  for await (const { data } of watchJob(client, id, { ...options, history: 'window' })) {
    const lines = data.output_lines ?? 0
    while (known < lines) {
      const page = await readPage(client, id, known, options)
      yield* page
      known = (page.at(-1)?.number ?? lines - 1) + 1
    }
  }
}

/** A page of lines, tried again like a stream. */
async function readPage(
  client: Client,
  id: string,
  after: number,
  { signal = new AbortController().signal, onReconnect, random = Math.random, sleep = sleepFor }: FollowOptions,
): Promise<OutputRecord[]> {
  for (let failures = 0; ; failures++) {
    const connection = new Connection(signal, sleep)
    const page = await connection.attempt(async (signal) => {
      const request = { param: { id }, query: { after: String(after) } }
      const response = await client.api.v1.admin.training.jobs[':id'].output.$get(request, { init: { signal } })
      if (!response.ok) return { error: await ApiError.of(response), waitMs: waitOf(response) }
      return { lines: await response.json() }
    })
    connection.close()
    signal.throwIfAborted()
    if (page?.lines !== undefined) return page.lines
    if (page?.error !== undefined && !isTemporary(page.error.status)) throw page.error
    const waitMs = (page?.waitMs ?? 0) + backoffMs(failures, STREAM_RETRY_MS, random())
    onReconnect?.(page?.error ?? connection.failure ?? new Error('No answer'), waitMs)
    await sleep(waitMs, signal)
  }
}

const waitOf = ({ headers }: Pick<Response, 'headers'>): number => retryAfterMs(headers.get('Retry-After'), Date.now())
