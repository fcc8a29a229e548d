import { CLAIM_LOOK_MS, CLAIM_LOOKS_MAX, RUNNER_NOTED_MS, RUNNERS_REMEMBERED_MAX } from '../platform/limits.ts'
import { log } from '../platform/log.ts'
import { sha256 } from '../platform/sha256.ts'
import type { ModelType } from '../shared/model-types.ts'
import { giveDataset } from './dataset.ts'
import { existence } from './existence.ts'
import type { Claimed, Finished, ReportAnswer, SentReport } from './object/attempts.ts'
import type { NumberedLine } from './object/output-store.ts'
import { type Composed, compose } from './object/parts.ts'
import type { JobRegister } from './register/job-register.ts'
import type { KnownRunner, RunnerSeen } from './register/runners.ts'
import type { WordRefusal } from './rules/refusals.ts'
import type { AttemptRecord, JobSnapshot } from './rules/shown.ts'
import type { Finish } from './rules/trainers/words.ts'

/** What runners do: claim a job, report on it, finish. Called by the routes, carried out by the jobs' objects. */

/** Runs work after the answer. */
type Background = Pick<ExecutionContext, 'waitUntil'>

/** A runner's wish for a job. */
export type ClaimRequest = {
  runner: string
  claimId: string
  version?: string | undefined
  labels: Record<string, string>
  /** Empty: any. */
  modelTypes: readonly ModelType[]
  /** Seconds that the answer may wait for a job. */
  waitS: number
  /** Whose credential the runner uses. */
  actor: string
  /** Its version is too old for a new job. A live attempt is never told so: it could do nothing about it. */
  isTooOld: boolean
  /** Aborted when the runner no longer waits for the answer: a job that it got would wait for it in vain. */
  signal?: AbortSignal
}

/** A claimed job, and the token of its attempt, which exists nowhere else. */
export type ClaimedJob = Claimed & { job: JobSnapshot; token: string }

/**
 * Claims a job: the one that this claim already has, or the one that has been offered for the longest time. While there is
 * none, the register is asked again every CLAIM_LOOK_MS, up to CLAIM_LOOKS_MAX times in all: no object is kept awake for a runner
 * without a job.
 *
 * @param tokenFor makes the token of an attempt at a job
 * @returns `null`: there is nothing to do; `too_old`: nor will there be
 */
export async function claimJob(
  bindings: Env,
  background: Background,
  { runner, claimId, version, labels, modelTypes, waitS, actor, isTooOld, signal }: ClaimRequest,
  tokenFor: (jobId: string) => string,
): Promise<ClaimedJob | 'too_old' | null> {
  const env = compose(bindings)
  const register = env.parts.register(env.DB)
  const seen = { actor, name: runner, version: version ?? null, labels }
  const endMs = Date.now() + waitS * 1_000
  if (!isTooOld) background.waitUntil(noteWaiting(env, register, seen))
  using wait = waitFor(env, actor, claimId)
  for (let looks = 1; ; looks++) {
    for (const id of await (isTooOld ? register.claimed(claimId) : register.offered(claimId, modelTypes))) {
      const token = tokenFor(id)
      const tokenHash = await sha256(token)
      const claim = { runner, claimId, tokenHash, isTooOld, ...(version === undefined ? {} : { version }) }
      const got = await env.TRAINING_JOBS.getByName(id)
        .claim(claim)
        .catch((error: unknown) => log('error', 'claim_failed', { job_id: id, error: String(error) }))
      // Another runner was faster, or the object did not answer: the next job may be had.
      if (!got) continue
      const taken = { id, name: got.job.name, claimId }
      background.waitUntil(quietly(register.noteRunner({ ...seen, taken }, Date.now())))
      const { job, note } = await giveDataset(env, got.job)
      background.waitUntil(note)
      return { ...got.claimed, job, token }
    }
    if (isTooOld) return 'too_old'
    const leftMs = endMs - Date.now()
    if (leftMs <= 0) return null
    await scheduler.wait(Math.min(CLAIM_LOOK_MS, leftMs))
    if (looks === CLAIM_LOOKS_MAX || signal?.aborted || wait.isOver) return null
  }
}

/**
 * Claims that wait in an isolate, by who waits; by bindings, which are the same object for all of its requests. A request whose
 * client has gone need not notice: `wrangler dev` tells none of it before the answer has begun.
 */
const waits = new WeakMap<object, Map<string, { isOver: boolean }>>()

/** Notes down that a claim waits, until the end of the scope. That it came again says that nobody waits for the first one. */
function waitFor(env: Composed, actor: string, claimId: string): { isOver: boolean } & Disposable {
  const all = waits.get(env) ?? new Map<string, { isOver: boolean }>()
  waits.set(env, all)
  const key = `${actor} ${claimId}`
  endWait(all.get(key))
  const end = () => void (all.get(key) === wait && all.delete(key))
  const wait = { isOver: false, [Symbol.dispose]: end }
  all.set(key, wait)
  return wait
}

function endWait(wait: { isOver: boolean } | undefined): void {
  if (wait !== undefined) wait.isOver = true
}

/** A runner that ends in order is listed as one that has, and its claim waits no longer where this isolate has it. */
export async function leave(bindings: Env, actor: string, name: string, claimId: string): Promise<void> {
  const env = compose(bindings)
  endWait(waits.get(env)?.get(`${actor} ${claimId}`))
  notedBy(env).delete(`${actor} ${name}`)
  await env.parts.register(env.DB).noteLeft(actor, name, Date.now())
}

/** The runners that have asked for a job within a day. */
export async function listRunners(bindings: Env): Promise<KnownRunner[]> {
  const env = compose(bindings)
  return env.parts.register(env.DB).listRunners(Date.now())
}

/** When an isolate last wrote down a runner, Unix ms; by bindings, which are the same object for all of its requests. */
const noted = new WeakMap<object, Map<string, number>>()

function notedBy(env: Composed): Map<string, number> {
  const known = noted.get(env)
  if (known !== undefined) return known
  const fresh = new Map<string, number>()
  noted.set(env, fresh)
  return fresh
}

/** Writes down that a runner waits for a job, once in RUNNER_NOTED_MS. */
async function noteWaiting(env: Composed, register: JobRegister, seen: Omit<RunnerSeen, 'taken'>): Promise<void> {
  const notedMs = notedBy(env)
  const key = `${seen.actor} ${seen.name}`
  const nowMs = Date.now()
  if (Math.abs(nowMs - (notedMs.get(key) ?? 0)) < RUNNER_NOTED_MS) return
  if (notedMs.size >= RUNNERS_REMEMBERED_MAX) notedMs.clear()
  notedMs.set(key, nowMs)
  await quietly(register.noteRunner({ ...seen, taken: null }, nowMs))
}

/** The list of runners is for people: no claim fails because it could not be written. */
const quietly = (work: Promise<void>): Promise<void> =>
  work.catch((error: unknown) => log('warn', 'runner_not_noted', { error: String(error) }))

/** Passes on a report of an attempt, known by its token's hash. */
export async function reportTo(
  bindings: Env,
  id: string,
  tokenHash: string,
  sent: SentReport,
): Promise<ReportAnswer | WordRefusal | { reason: 'not_found' }> {
  const env = compose(bindings)
  const known = await existence(env, id)
  if (known !== 'exists') return known
  return (await env.TRAINING_JOBS.getByName(id).report(tokenHash, sent)) as ReportAnswer | WordRefusal
}

/** Ends an attempt. @returns why not, or what was left out of its last word */
export async function finishAttempt(
  bindings: Env,
  background: Background,
  id: string,
  tokenHash: string,
  finish: Finish,
): Promise<WordRefusal | { reason: 'not_found' } | Pick<Finished, 'dropped'>> {
  const env = compose(bindings)
  const known = await existence(env, id)
  if (known !== 'exists') return known
  const finished = (await env.TRAINING_JOBS.getByName(id).finish(tokenHash, finish)) as WordRefusal | Finished
  if ('reason' in finished) return finished
  background.waitUntil(quietly(env.parts.register(env.DB).noteJobLeft(finished.claimId, finish.outcome, Date.now())))
  return { dropped: finished.dropped }
}

/** Whether a token is that of a live attempt at a job. */
export async function isLiveToken(bindings: Env, id: string, tokenHash: string): Promise<boolean> {
  const env = compose(bindings)
  return (await existence(env, id)) === 'exists' && env.TRAINING_JOBS.getByName(id).knowsToken(tokenHash)
}

/** A page of a job's output, from a line on; `null`: there is no such job. */
export async function readOutput(
  bindings: Env,
  id: string,
  from: number,
  limit: number,
): Promise<NumberedLine[] | null> {
  const env = compose(bindings)
  return (await existence(env, id)) === 'exists' ? env.TRAINING_JOBS.getByName(id).output(from, limit) : null
}

/** A page of a job's attempts, after a number; `null`: there is no such job. */
export async function readAttempts(
  bindings: Env,
  id: string,
  after: number,
  limit: number,
): Promise<AttemptRecord[] | null> {
  const env = compose(bindings)
  return (await existence(env, id)) === 'exists' ? env.TRAINING_JOBS.getByName(id).attempts(after, limit) : null
}
