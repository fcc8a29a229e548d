import { abortAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, vi } from 'vitest'
import { type Command, commands } from '../../src/jobs/rules/refusals.ts'
import type { JobSnapshot } from '../../src/jobs/rules/shown.ts'
import { ModelType } from '../../src/models/model-type.ts'
import { isFinal, type JobStatus } from '../../src/shared/job-status.ts'
import { api, post, request, runAlarm, send, snapshotOf, stubOf } from './api.ts'
import type { ChaosWorld } from './chaos-world.ts'
import { crashDuring } from './crash.ts'

/** An action, by name. Its result is recorded. */
export type Action = { name: string; run: () => Promise<unknown> }

/** Statements that D1 rejects, or carries out and then fails. Empty: all statements. */
const brokenStatements = ['', '', 'UPDATE jobs', 'UPDATE jobs SET status', 'INSERT INTO jobs', 'DELETE FROM', 'slot']

/** Random actions on jobs. */
export function chaosActions(world: ChaosWorld) {
  const { random } = world

  function any(): Action {
    if (world.ids.length === 0 || (!world.hasOpenJobs && random.chance(0.7))) return creation(true)
    const roll = random.next()
    if (roll < 0.36) return anyRequest(true)
    if (roll < 0.48) return atOnce()
    if (roll < 0.6) return crash()
    if (roll < 0.74) return jump()
    if (roll < 0.85) return alarm()
    if (roll < 0.92) return loss()
    return trouble()
  }

  /** A request or the cron. `alone`: nothing happens at the same time, so that its outcome is known. */
  function anyRequest(alone: boolean): Action {
    const roll = random.next()
    if (roll < 0.2) return creation(alone)
    if (roll < 0.3) return { name: 'cron', run: () => world.cron().catch(String) }
    if (roll < 0.5) return watching(alone)
    return command(world.anyId(), alone)
  }

  function creation(alone: boolean): Action {
    const body = {
      name: 'Chaos',
      bundeslaender: ['BY'],
      epochs: random.pick([1, 2, 10]),
      model_type: random.pick(ModelType.options),
    }
    const waits = random.chance(0.3)
    const trainsAfterMs = alone && random.chance(0.6) ? random.int(500, 5_000) : 0
    const orphan = alone && random.chance(0.15)
    const run = async () => {
      const getByName = vi.spyOn(Object.getPrototypeOf(env.TRAINING_JOBS), 'getByName')
      if (orphan) {
        getByName.mockImplementationOnce(() => {
          throw new Error('the worker dies here')
        })
      }
      const response = await send('POST', `${api}/jobs${waits ? '?when_busy=queue' : ''}`, body)
      getByName.mockRestore()
      const { id, detail } = (await response.json()) as { id?: string; detail?: string }
      if (id !== undefined) world.ids.push(id)
      if (trainsAfterMs > 0) await world.passTime(trainsAfterMs)
      return id ?? detail
    }
    return { name: `create${waits ? ', and wait' : ''}${orphan ? ', and die before the start' : ''}`, run }
  }

  /** A command, mostly one that fits the job's status. */
  function command(id: string, alone: boolean): Action {
    const isFitting = random.chance(0.75)
    const roll = random.next()
    const mayWait = random.chance(0.5)
    const run = async () => {
      const before = await snapshotOf(id)
      const choice = isFitting && before !== null ? fitting[before.status] : commands
      const name = choice[Math.floor(roll * choice.length)] ?? 'cancel'
      const path = `${api}/jobs/${id}`
      const response = await world.observed(id, name, () =>
        name === 'delete'
          ? request(path, { method: 'DELETE' })
          : post(`${path}/${name}${name === 'resume' && mayWait ? '?when_busy=queue' : ''}`),
      )
      const { message, detail } = (await response.json()) as { message?: string; detail?: string }
      if (alone && world.d1Works) expect(response.status, `${name}: ${detail}`).toBeLessThan(500)
      const isQueued = message?.includes('when a slot is free') ?? false
      if (alone) expectOutcome(isQueued ? 'pause' : name, response.status, before, await snapshotOf(id))
      return `${name}: ${message ?? detail}`
    }
    return { name: `command ${id}`, run }
  }

  function watching(alone: boolean): Action {
    const follower = world.followerOf(world.anyId())
    if (random.chance(0.2)) return { name: `stop watching ${follower.id}`, run: () => follower.disconnect() }
    const run = async () => {
      const status = await follower.connect()
      if (alone && world.d1Works) expect([200, 204, 404]).toContain(status)
      return status
    }
    return { name: `watch ${follower.id}`, run }
  }

  /** Two or three actions at the same time, mostly on the same job. */
  function atOnce(): Action {
    const id = world.anyId()
    const actions = [command(id, false), random.chance(0.5) ? command(id, false) : anyRequest(false)]
    if (random.chance(0.3)) actions.push({ name: 'alarm', run: () => runDurableObjectAlarm(stubOf(id)) })
    return {
      name: actions.map((action) => action.name).join(' + '),
      run: () => Promise.all(actions.map((action) => action.run())),
    }
  }

  /** All objects die during an action. */
  function crash(): Action {
    const id = world.anyId()
    const onTime: Action = { name: `alarm on time ${id}`, run: () => runAlarm(id).catch(String) }
    const action = random.chance(0.3) ? onTime : anyRequest(false)
    const write = random.int(1, 2)
    const moment = random.pick(['before', 'after', 'late', 'late'] as const)
    const run = () => {
      world.catchUpClock()
      return crashDuring(action.run, write, moment, world.holdBack)
    }
    return { name: `crash at write ${write} (${moment}) of ${action.name}`, run }
  }

  function jump(): Action {
    const ms = random.chance(0.05) ? 3_600_000 : random.pick([0, 500, 5_000, 30_000]) + random.int(0, 1_000)
    if (random.chance(0.5)) return { name: `${ms} ms pass`, run: () => world.passTime(ms) }
    if (random.chance(0.3)) return { name: `clock + ${ms} ms`, run: async () => world.moveClock(ms) }
    const backMs = random.int(1, 60_000)
    const run = async () => {
      // Objects in memory have now seen the later time.
      await world.observe()
      world.moveClock(-backMs)
    }
    return { name: `clock - ${backMs} ms`, run }
  }

  function alarm(): Action {
    const id = world.anyId()
    const roll = random.next()
    if (roll < 0.5) return { name: `alarm on time ${id}`, run: () => runAlarm(id) }
    if (roll < 0.65) return { name: `alarm early or late ${id}`, run: () => runDurableObjectAlarm(stubOf(id)) }
    if (roll < 0.85) {
      const run = async () => {
        await runAlarm(id)
        await runInDurableObject(stubOf(id), (job) => Promise.all([job.alarm(), job.alarm()]))
      }
      return { name: `alarm on time ${id}, and twice more`, run }
    }
    const run = async () => {
      await runInDurableObject(stubOf(id), (_, { storage }) => storage.deleteAlarm())
      // If D1 has the completion of a job and its object has not, only a wake-up repairs the object.
      if ((await snapshotOf(id))?.status === 'validating') await world.evict(id)
    }
    return { name: `alarm lost ${id}`, run }
  }

  function loss(): Action {
    const id = world.anyId()
    if (random.chance(0.5)) {
      const run = () => {
        world.catchUpClock()
        return abortAllDurableObjects()
      }
      return { name: 'abort all', run }
    }
    const run = async () => {
      await snapshotOf(id)
      await world.evict(id)
    }
    return { name: `evict ${id}`, run }
  }

  function trouble(): Action {
    if (random.chance(0.3)) return { name: 'late statements arrive', run: () => world.deliverLate() }
    if (!world.d1Works) return { name: 'D1 is back', run: async () => world.restoreD1() }
    const how = random.pick(['refused', 'unheard'] as const)
    const statement = random.pick(brokenStatements)
    return { name: `D1: ${how} ${statement || 'everything'}`, run: async () => world.breakD1(how, statement) }
  }

  return { any }
}

/** The commands that fit each status. */
const fitting: Record<JobStatus, readonly Command[]> = {
  queued: ['cancel', 'delete'],
  preparing: ['pause', 'cancel'],
  training: ['pause', 'pause', 'pause', 'pause', 'cancel'],
  paused: ['resume', 'resume', 'resume', 'resume', 'cancel', 'delete'],
  validating: ['cancel'],
  completed: ['delete'],
  failed: ['delete'],
  cancelled: ['delete'],
}

const shows = {
  pause: ['paused'],
  resume: ['preparing', 'training'],
  cancel: ['cancelled'],
  delete: [undefined],
  give_up: [],
} as const satisfies Record<Command, unknown>

/** A successful command shows in the job; a refused one changed nothing except that due milestones are committed. */
function expectOutcome(name: Command, status: number, before: JobSnapshot | null, after: JobSnapshot | null): void {
  if (status === 200) {
    expect(shows[name], name).toContain(after?.status)
    if (name === 'resume') expect(after?.progress).toBe(before?.progress)
  } else if (before !== null && (before.status === 'paused' || isFinal(before.status))) {
    expect(after, `${name} was refused`).toEqual(before)
  } else {
    expect(['paused', 'cancelled'], `${name} was refused`).not.toContain(after?.status)
  }
}
