import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import { afterEach, beforeEach, vi } from 'vitest'
import type { AuthVars } from '../../src/auth/settings.ts'
import { jobRegister } from '../../src/jobs/register/job-register.ts'
import { describe } from '../../src/jobs/rules/describe.ts'
import { viewOf } from '../../src/jobs/rules/job.ts'
import type { JobSnapshot } from '../../src/jobs/rules/shown.ts'
import { sweep } from '../../src/jobs/sweeper.ts'
import type { ModelVersion } from '../../src/models/version.ts'

/** The API's prefix. */
export const api = '/api/v1/admin/training'

/** The tests' start time. Years ahead, so that the runtime fires no alarm: tests run alarms themselves. */
export const startMs = Date.UTC(2040, 0, 1)

/** Sets the clock of the tests, the Worker and its objects. */
export function setClock(ms: number): void {
  if (vi.isFakeTimers()) vi.setSystemTime(ms)
  else vi.useFakeTimers({ now: ms, toFake: ['Date'] })
}

/** A request to the Worker's fetch handler. */
export const request = (path: string, init?: RequestInit) =>
  exports.default.fetch(new Request(`http://localhost${path}`, init))

/** A request with a JSON body. */
export const send = (method: string, path: string, body: unknown) =>
  request(path, { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })

export const post = (path: string) => request(path, { method: 'POST' })

/** The status and the problem's text. */
export async function refusal(response: Response) {
  const { detail } = (await response.json()) as { detail: string }
  return [response.status, detail]
}

/** Creates a job, which must be accepted. @returns its id */
export async function createJob(config: Record<string, unknown> = {}): Promise<string> {
  const response = await send('POST', `${api}/jobs`, { name: 'Zeugnis Bayern', bundeslaender: ['BY'], ...config })
  if (response.status !== 200) throw new Error(`The job was refused: ${await response.text()}`)
  return ((await response.json()) as { id: string }).id
}

export async function getJob(id: string): Promise<JobSnapshot> {
  return (await request(`${api}/jobs/${id}`)).json()
}

export const stubOf = (id: string) => env.TRAINING_JOBS.getByName(id)

/** The job as its object shows it; `null` when that has none, or has deleted it. */
export async function snapshotOf(id: string): Promise<JobSnapshot | null> {
  const shown = await stubOf(id).snapshot()
  return shown === 'deleted' || shown === null ? null : shown.job
}

/** When the object's alarm is set for, Unix ms. */
export const alarmOf = (id: string) => runInDurableObject(stubOf(id), (_, state) => state.storage.getAlarm())

/** Moves the clock to the object's alarm and runs it. @returns false when there is none */
export async function runAlarm(id: string): Promise<boolean> {
  const alarmMs = await alarmOf(id)
  if (alarmMs === null) return false
  if (alarmMs > Date.now()) setClock(alarmMs)
  return runDurableObjectAlarm(stubOf(id))
}

/** Runs alarms until the job has none left. @returns how many there were */
export async function runToEnd(id: string): Promise<number> {
  let alarms = 0
  while (await runAlarm(id)) {
    alarms++
    if (alarms > 20) throw new Error('The job does not come to its end')
  }
  return alarms
}

/** Sets the clock and sweeps. */
export function sweepAt(ms: number): Promise<void> {
  setClock(ms)
  return sweep(env, ms)
}

/** The model versions of a job. */
export async function versionsOf(jobId: string): Promise<ModelVersion[]> {
  const versions: ModelVersion[] = await (await request(`${api}/models?limit=200`)).json()
  return versions.filter((version) => version.job_id === jobId)
}

/** Frees every slot, so that jobs of one test do not affect the next. */
export async function cancelAll(): Promise<void> {
  const jobs: JobSnapshot[] = await (await request(`${api}/jobs?limit=200`)).json()
  for (const job of jobs) {
    await post(`${api}/jobs/${job.id}/cancel`)
    // What a runner has is only requested to end.
    if (job.attempt !== null) await post(`${api}/jobs/${job.id}/give-up`)
  }
}

/** A row of the register, with the job as the API shows it. */
export async function registerRow(id: string) {
  const row = await jobRegister(env.DB).find(id)
  if (row === null) return null
  const { status, revision, slot, wakeDeadlineMs, job, recorded } = row
  return {
    status,
    revision,
    slot,
    wake_by_ms: wakeDeadlineMs,
    snapshot: describe(viewOf(job, job.changedMs, recorded)),
  }
}

/** Sets vars of the Worker until the end of the scope; objects read them when they are constructed. */
export function withVars(vars: Partial<Env> & AuthVars): Disposable {
  const bindings = env as unknown as Record<string, unknown>
  const before = Object.keys(vars).map((name) => [name, bindings[name]] as const)
  Object.assign(env, vars)
  const restore = () => {
    for (const [name, value] of before) bindings[name] = value
  }
  return { [Symbol.dispose]: restore }
}

/** Each test of the file begins at `startMs`; afterwards its jobs are cancelled, and the clock is the real one. */
export function beginAtStart(): void {
  beforeEach(() => setClock(startMs))
  afterEach(async () => {
    await cancelAll()
    vi.useRealTimers()
  })
}

/** Runs a job's alarms that are due by a time, each at its own, and sets the clock to that time. */
export async function passUntil(id: string, untilMs: number): Promise<void> {
  for (let alarmMs = await alarmOf(id); alarmMs !== null && alarmMs <= untilMs; alarmMs = await alarmOf(id)) {
    await runAlarm(id)
  }
  setClock(untilMs)
}
