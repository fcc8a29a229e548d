import { createScheduledController, evictDurableObject, runDurableObjectAlarm } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect } from 'vitest'
import type { Command } from '../../src/jobs/rules/refusals.ts'
import type { JobSnapshot } from '../../src/jobs/rules/shown.ts'
import { isFinal, type JobStatus } from '../../src/shared/job-status.ts'
import worker from '../../src/worker.ts'
import type { Random } from '../simulation/random.ts'
import { alarmOf, api, request, runAlarm, setClock, snapshotOf, startMs, stubOf } from './api.ts'
import { Follower } from './follower.ts'
import { breakD1, restoreD1 } from './meters.ts'
import { Observer } from './observer.ts'

/** Minutes after which every job must be at rest: each trains for less than two, and they wait for each other. */
const MINUTES_MAX = 60

type RegisteredJob = { id: string; status: JobStatus; slot: number | null }

/** Some jobs, their watchers, the clock and D1; and two observers, of the API and of the objects. */
export class ChaosWorld {
  readonly random: Random
  readonly ids: string[] = []
  readonly #slots: number
  readonly #followers = new Map<string, Follower>()
  readonly #fromApi = new Observer()
  readonly #fromObject = new Observer()
  readonly #late: (() => Promise<unknown>)[] = []
  #latestMs = startMs
  #breakD1: (() => void) | null = null

  /** @param slots MAX_ACTIVE_JOBS */
  constructor(random: Random, slots: number) {
    this.random = random
    this.#slots = slots
    setClock(startMs)
  }

  get followers(): Follower[] {
    return [...this.#followers.values()]
  }

  followerOf(id: string): Follower {
    const follower = this.#followers.get(id) ?? new Follower(id)
    this.#followers.set(id, follower)
    return follower
  }

  /** A random job, mostly one that is not finished or deleted. */
  anyId(): string {
    return this.random.pick(this.hasOpenJobs && this.random.chance(0.9) ? this.#open : this.ids)
  }

  get hasOpenJobs(): boolean {
    return this.#open.length > 0
  }

  get #open(): string[] {
    return this.ids.filter((id) => {
      const job = this.#fromObject.last(id)
      return job === undefined || (job !== null && !isFinal(job.status))
    })
  }

  get d1Works(): boolean {
    return this.#breakD1 === null
  }

  breakD1(...how: Parameters<typeof breakD1>): void {
    this.#breakD1 = () => breakD1(...how)
    this.#breakD1()
  }

  restoreD1(): void {
    this.#breakD1 = null
    restoreD1()
  }

  moveClock(ms: number): void {
    this.#latestMs = Math.max(this.#latestMs, Date.now(), Date.now() + ms)
    setClock(Date.now() + ms)
  }

  /** Advances the clock and runs the alarms that are due. */
  async passTime(ms: number): Promise<void> {
    this.moveClock(ms)
    for (const id of this.ids) {
      if (((await alarmOf(id)) ?? Number.POSITIVE_INFINITY) <= Date.now()) await runDurableObjectAlarm(stubOf(id))
    }
  }

  /**
   * An evicted object forgets the latest time it has seen, since reading writes nothing: when it wakes, the clock must
   * not be earlier than that.
   */
  catchUpClock(): void {
    this.moveClock(Math.max(0, this.#latestMs - Date.now()))
  }

  /** Runs the cron trigger, which fires each minute. */
  async cron(): Promise<void> {
    await worker.scheduled(createScheduledController(), env)
  }

  /** Holds back a statement on its way to D1 whose sender has died. */
  readonly holdBack = (arrive: () => Promise<unknown>): void => {
    this.#late.push(arrive)
  }

  /** Delivers the statements that were held back; their outcome reaches nobody. */
  async deliverLate(): Promise<void> {
    for (const arrive of this.#late.splice(0)) await arrive().catch(() => {})
  }

  /** Evicts an object. An open stream would keep it in memory. */
  async evict(id: string): Promise<void> {
    await this.#followers.get(id)?.disconnect()
    this.catchUpClock()
    await evictDurableObject(stubOf(id))
  }

  /** Sends a command and records it, and its outcome, with the observers. */
  async observed(id: string, command: Command, send: () => Promise<Response>): Promise<Response> {
    const observers = [this.#fromApi, this.#fromObject]
    for (const observer of observers) observer.recordRequest(id, command)
    const response = await send()
    if (response.ok) for (const observer of observers) observer.recordSuccess(id, command)
    return response
  }

  /** Observes every object, one job through the API, and the slots; with D1 working, and changing nothing. */
  async observe(): Promise<void> {
    restoreD1()
    const rows = await this.#register()
    const known = await Promise.all(this.ids.map((id) => snapshotOf(id)))
    for (const [i, id] of this.ids.entries()) this.#fromObject.observe(id, known[i] ?? null)
    if (this.ids.length > 0) await this.#observeApi(this.anyId())
    // An object that has not committed its job's completion yet holds no slot: the row is completed.
    const running = rows.filter(({ id, status }) => runs(status) && runs(known[this.ids.indexOf(id)]?.status))
    expect(running.length, 'jobs that run').toBeLessThanOrEqual(this.#slots)
    expect(rows.filter((row) => row.slot !== null).length, 'slots that are held').toBeLessThanOrEqual(this.#slots)
    this.#breakD1?.()
  }

  /** Repairs everything and advances until all jobs are at rest; then again after late statements, if there are any. */
  async settle(): Promise<void> {
    this.restoreD1()
    this.catchUpClock()
    await this.#runToRest()
    if (this.#late.length === 0) return
    await this.deliverLate()
    await this.#runToRest()
  }

  async #runToRest(): Promise<void> {
    for (let minute = 0, moved = true; minute < MINUTES_MAX && (moved || minute < 2); minute++) {
      moved = false
      for (const id of this.ids) moved = (await runAlarm(id)) || moved
      this.moveClock(61_000)
      await this.cron()
      const jobs = await this.#register()
      moved ||= jobs.some(({ status }) => status !== 'paused' && !isFinal(status))
    }
    await this.observe()
  }

  /** The jobs in D1, including those whose creation was never answered. */
  async #register(): Promise<RegisteredJob[]> {
    const select = env.DB.prepare('SELECT id, status, slot FROM jobs ORDER BY seq')
    const { results } = await select.all<RegisteredJob>()
    for (const { id } of results) if (!this.ids.includes(id)) this.ids.push(id)
    return results
  }

  async #observeApi(id: string): Promise<void> {
    const response = await request(`${api}/jobs/${id}`)
    this.#fromApi.observe(id, response.status === 404 ? null : ((await response.json()) as JobSnapshot))
  }
}

const runs = (status: JobStatus | undefined) =>
  status === 'preparing' || status === 'training' || status === 'validating'
