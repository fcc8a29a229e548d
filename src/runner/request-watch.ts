import { createParser } from 'eventsource-parser'
import type { Service } from './http.ts'
import { STREAM_MS_MAX, STREAM_SILENCE_MS_MAX } from './limits.ts'
import { againMs } from './rules/backoff.ts'
import { members } from './rules/verdict.ts'
import { sleep } from './wait.ts'

/**
 * Follows the job's stream, which shows a request at once. Only a hint: what is requested is read from the answer to the report
 * that it prompts, and without the stream the next report learns of it.
 *
 * @param onRequest called with the id of the request in each event; `null`: nothing is requested
 */
export async function watchRequests(
  service: Service,
  jobId: string,
  token: () => string,
  onRequest: (id: number | null) => void,
  signal: AbortSignal,
): Promise<void> {
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      await follow(service, jobId, token(), signal, (text) => {
        failures = 0
        const { id } = members(members(JSON.parse(text)).requested)
        onRequest(typeof id === 'number' ? id : null)
      })
    } catch {
      // Broken, refused, or not the service's: it is opened again.
    }
    await sleep(1_000 + againMs(failures, Math.random()), signal)
  }
}

async function follow(
  service: Service,
  jobId: string,
  token: string,
  signal: AbortSignal,
  onEvent: (data: string) => void,
): Promise<void> {
  const end = new AbortController()
  const stop = AbortSignal.any([signal, end.signal])
  // Of a job that goes on from a checkpoint, the points until now would come first.
  const { reply, headers } = await service.ask(`/jobs/${jobId}`, { method: 'GET', token, signal: stop })
  if (reply?.status !== 200) return
  const [, revision, points] = /^(?:W\/)?"(\d+)-(\d+)/.exec(headers?.get('ETag') ?? '') ?? []
  const after = revision === undefined ? '' : `&after=${revision}.${points}`
  const path = `/metrics/stream?job_id=${jobId}&history=delta${after}`
  const dead = setTimeout(() => end.abort(), STREAM_SILENCE_MS_MAX)
  try {
    const response = await service.open(path, { method: 'GET', token, signal: stop, withinMs: STREAM_MS_MAX })
    if (response.status !== 200 || response.body === null) return
    const parser = createParser({ onEvent: ({ data }) => onEvent(data) })
    const decoder = new TextDecoder()
    for await (const chunk of response.body) {
      dead.refresh()
      parser.feed(decoder.decode(chunk, { stream: true }))
    }
  } finally {
    clearTimeout(dead)
    end.abort()
  }
}
