import type { Context } from 'hono'
import type { AppEnv } from '../../auth/env.ts'
import { noteValidJobToken } from '../../auth/job-token-verdict.ts'
import { jobNotFound } from '../../jobs/http/refusals.ts'
import { refuseWord } from '../../jobs/http/refuse-word.ts'
import type { RunRefusal } from '../../jobs/rules/refusals.ts'
import { type RunAsker, readModels } from '../../jobs/runs.ts'
import { DoorError, denied, doesNotExist, invalidParameter } from './errors.ts'

/** Who asks. */
export function askerOf(c: Context<AppEnv>): RunAsker {
  const credential = c.get('credential')
  if (credential.kind === 'job') return { tokenHash: credential.jobToken.hash }
  return { actor: credential.actor, isAdmin: credential.role === 'admin' }
}

/** The job whose token the request has; `null`: it has another credential. */
export const ownJob = (c: Context<AppEnv>): string | null => c.get('credential').jobToken?.jobId ?? null

/**
 * What an operation answered, unless it is a refusal: then that ends the request.
 *
 * @param runId the run that it was asked of
 */
export async function allowed<T>(c: Context<AppEnv>, runId: string, answer: T | RunRefusal): Promise<T> {
  if (!isRefusal(answer)) {
    noteValidJobToken(c)
    return answer
  }
  switch (answer.reason) {
    case 'not_found':
      // An invented id with a job token is a guess.
      if (ownJob(c) !== null) await refuseWord(c, jobNotFound)
      throw doesNotExist(`Run with id=${runId} not found`)
    case 'not_a_run':
      throw invalidParameter(`Run with id=${runId} is a simulated job: nothing can be logged to it`)
    case 'not_yours':
      throw denied(`Run with id=${runId} is not yours: only its own attempt logs to it`)
    case 'param_changed':
      throw invalidParameter(
        `Changing param values is not allowed. Param with key='${answer.key}' was already logged with value=` +
          `'${answer.known}' for run ID='${runId}'. Attempted logging new value '${answer.sent}'.`,
      )
    default:
      if (answer.reason === 'token_unknown') await refuseOthers(c)
      throw new Answered((await refuseWord(c, answer)) as Response)
  }
}

/** Ends a request whose job token is valid, since a job does not know it: then that is another one, and the token is no guess. */
export async function refuseOthers(c: Context<AppEnv>): Promise<void> {
  const own = ownJob(c)
  const answer = own === null ? null : await readModels(c.env, own, askerOf(c), { number: 0 })
  if (answer !== null && !('reason' in answer))
    throw denied('The token of an attempt opens its own run, and those that were opened under it')
}

/** A response that ends the request. */
export class Answered extends DoorError {
  readonly #response: Response

  constructor(response: Response) {
    super(400, 'Answered')
    this.#response = response
  }

  override answer(): Response {
    return this.#response
  }
}

const isRefusal = (answer: unknown): answer is RunRefusal =>
  typeof answer === 'object' && answer !== null && 'reason' in answer
