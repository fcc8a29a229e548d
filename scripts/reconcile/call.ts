import type { InferRequestType, InferResponseType } from 'hono/client'
import type { Client } from '../../src/client/index.ts'
import {
  OBJECT_ANSWER_MS,
  OBJECTS_ASKED_AT_ONCE,
  RATE_LIMIT_PERIOD_S,
  RECONCILE_PAGE_MAX,
} from '../../src/platform/limits.ts'
import { accepted } from '../job/requests.ts'
import { noAnswer } from '../service.ts'

/** Attempts at a call, or at what failed in it: with the delays in between, they outlast a restart of an object or of D1. */
export const TRIES_MAX = 4

/** Timeout of a call in milliseconds: twice what it takes if none of its objects answers. */
const CALL_MS = 2 * Math.ceil(RECONCILE_PAGE_MAX / OBJECTS_ASKED_AT_ONCE) * OBJECT_ANSWER_MS

type Post = Client['api']['v1']['admin']['training']['reconcile']['$post']
export type Answer = InferResponseType<Post, 200>
export type Call = (input: InferRequestType<Post>['json']) => Promise<Answer>

/** Milliseconds between this attempt and the next. */
export const pauseMs = (attempt: number): number => 1_000 * 2 ** (attempt - 1)

/**
 * Calls the service. Retries temporary errors and, once there has been a connection, lost connections. Throws all other
 * errors.
 */
export function caller(client: Client, sleep: (ms: number) => Promise<unknown>): Call {
  let hasAnswered = false
  const post = async (json: Parameters<Call>[0]) => {
    const init = { signal: AbortSignal.timeout(CALL_MS) }
    const response = await client.api.v1.admin.training.reconcile.$post({ json }, { init })
    hasAnswered = true
    return response
  }
  return async (json) => {
    for (let attempt = 1; ; attempt++) {
      const isLast = attempt === TRIES_MAX
      let waitMs = pauseMs(attempt)
      try {
        const response = await post(json)
        const { status }: { status: number } = response
        if (isLast || (status !== 429 && status < 500)) return await (await accepted(Promise.resolve(response))).json()
        waitMs = retryAfterMs(response.headers) ?? waitMs
        await response.body?.cancel()
      } catch (error) {
        if (isLast || !hasAnswered || noAnswer(error) === null) throw error
      }
      await sleep(waitMs)
    }
  }
}

/** The milliseconds in `Retry-After`, at most the period of the rate limit. */
function retryAfterMs(headers: Headers): number | null {
  const seconds = headers.get('Retry-After')
  return seconds === null || !/^\d+$/.test(seconds) ? null : Math.min(Number(seconds), RATE_LIMIT_PERIOD_S) * 1_000
}
