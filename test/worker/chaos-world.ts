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
import { breakD1, healD1 } from './meters.ts'
import { Witness } from './witness.ts'

/** Minutes after which every job must have come to rest: each trains for less than two, and they wait for each other. */
const MINUTES_MAX = 60

type RegisteredJob = { id: string; status: JobStatus; slot: number | null }

/** Some jobs, their watchers, the clock and D1; and two witnesses of all that can be seen of them. */
export class ChaosWorld {
  readonly random: Random
  readonly ids: string[] = []
  readonly #slots: number
  readonly #followers = new Map<string, Follower>()
  readonly #fromApi = new Witness()
  readonly #fromObject = new Witness()
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

  /** A job that has something before it more often than one that is finished or gone. */
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

  get d1IsWhole(): boolean {
    return this.#breakD1 === null
  }

  breakD1(...how: Parameters<typeof breakD1>): void {
    this.#breakD1 = () => breakD1(...how)
    this.#breakD1()
  }

  healD1(): void {
    this.#breakD1 = null
    healD1()
  }

  turnClock(ms: number): void {
    this.#latestMs = Math.max(this.#latestMs, Date.now(), Date.now() + ms)
    setClock(Date.now() + ms)
  }

  /** Turns the clock on, and delivers the alarms that have fallen due. */
  async passTime(ms: number): Promise<void> {
    this.turnClock(ms)
    for (const id of this.ids) {
      if (((await alarmOf(id)) ?? Number.POSITIVE_INFINITY) <= Date.now()) await runDurableObjectAlarm(stubOf(id))
    }
  }

  /**
   * An object that is put out of memory forgets how late it has been, since reading writes nothing: where it wakes, it
   * must not be earlier than where it was.
   */
  setClockRight(): void {
    this.turnClock(Math.max(0, this.#latestMs - Date.now()))
  }

  /** What happens each minute. */
  async cron(): Promise<void> {
    await worker.scheduled(createScheduledController(), env)
  }

  /** Keeps what is on its way to D1, while those who sent it are gone. */
  readonly holdBack = (arrive: () => Promise<unknown>): void => {
    this.#late.push(arrive)
  }

  /** Lets D1 receive what was held back; nobody hears whether it could be carried out. */
  async deliverLate(): Promise<void> {
    for (const arrive of this.#late.splice(0)) await arrive().catch(() => {})
  }

  /** Puts an object that is in memory out of it. An open stream would keep it there. */
  async evict(id: string): Promise<void> {
    await this.#followers.get(id)?.hangUp()
    this.setClockRight()
    await evictDurableObject(stubOf(id))
  }

  /** Tells the witnesses of a command, and of its outcome. */
  async witnessed(id: string, command: Command, send: () => Promise<Response>): Promise<Response> {
    const witnesses = [this.#fromApi, this.#fromObject]
    for (const witness of witnesses) witness.hears(id, command)
    const response = await send()
    if (response.ok) for (const witness of witnesses) witness.hearsDone(id, command)
    return response
  }

  /** Looks at every object, at one job through the API, and at the slots; with D1 whole, and changing nothing. */
  async look(): Promise<void> {
    healD1()
    const rows = await this.#register()
    const known = await Promise.all(this.ids.map((id) => snapshotOf(id)))
    for (const [i, id] of this.ids.entries()) this.#fromObject.sees(id, known[i] ?? null)
    if (this.ids.length > 0) await this.#lookThroughApi(this.anyId())
    // An object that has yet to hear of its job's completion holds nothing: the row says completed.
    const running = rows.filter(({ id, status }) => runs(status) && runs(known[this.ids.indexOf(id)]?.status))
    expect(running.length, 'jobs that run').toBeLessThanOrEqual(this.#slots)
    expect(rows.filter((row) => row.slot !== null).length, 'slots that are held').toBeLessThanOrEqual(this.#slots)
    this.#breakD1?.()
  }

  /** Mends everything, and lets the time pass until all is at rest; then once more, if something comes very late. */
  async playOn(): Promise<void> {
    this.healD1()
    this.setClockRight()
    await this.#comeToRest()
    if (this.#late.length === 0) return
    await this.deliverLate()
    await this.#comeToRest()
  }

  async #comeToRest(): Promise<void> {
    for (let minute = 0, moved = true; minute < MINUTES_MAX && (moved || minute < 2); minute++) {
      moved = false
      for (const id of this.ids) moved = (await runAlarm(id)) || moved
      this.turnClock(61_000)
      await this.cron()
      const jobs = await this.#register()
      moved ||= jobs.some(({ status }) => status !== 'paused' && !isFinal(status))
    }
    await this.look()
  }

  /** The jobs in D1, also those whose creation was never answered. */
  async #register(): Promise<RegisteredJob[]> {
    const select = env.DB.prepare('SELECT id, status, slot FROM jobs ORDER BY seq')
    const { results } = await select.all<RegisteredJob>()
    for (const { id } of results) if (!this.ids.includes(id)) this.ids.push(id)
    return results
  }

  async #lookThroughApi(id: string): Promise<void> {
    const response = await request(`${api}/jobs/${id}`)
    this.#fromApi.sees(id, response.status === 404 ? null : ((await response.json()) as JobSnapshot))
  }
}

const runs = (status: JobStatus | undefined) =>
  status === 'preparing' || status === 'training' || status === 'validating'
