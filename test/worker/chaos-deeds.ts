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

/** Something that happens: its name, and how. What it answers is put on record. */
export type Deed = { name: string; run: () => Promise<unknown> }

/** Statements that D1 refuses, or fails after it carried them out. Empty: every one. */
const brokenStatements = ['', '', 'UPDATE jobs', 'UPDATE jobs SET status', 'INSERT INTO jobs', 'DELETE FROM', 'slot']

/** What can happen to jobs, drawn by chance. */
export function chaosDeeds(world: ChaosWorld) {
  const { random } = world

  function any(): Deed {
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

  /** Something from outside. `alone`: nothing else happens meanwhile, so that its outcome is known. */
  function anyRequest(alone: boolean): Deed {
    const roll = random.next()
    if (roll < 0.2) return creation(alone)
    if (roll < 0.3) return { name: 'cron', run: () => world.cron().catch(String) }
    if (roll < 0.5) return watching(alone)
    return command(world.anyId(), alone)
  }

  function creation(alone: boolean): Deed {
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

  /** More often than not what somebody would command who knows the job's status. */
  function command(id: string, alone: boolean): Deed {
    const isFitting = random.chance(0.75)
    const roll = random.next()
    const run = async () => {
      const before = await snapshotOf(id)
      const choice = isFitting && before !== null ? fitting[before.status] : commands
      const name = choice[Math.floor(roll * choice.length)] ?? 'cancel'
      const path = `${api}/jobs/${id}`
      const response = await world.witnessed(id, name, () =>
        name === 'delete' ? request(path, { method: 'DELETE' }) : post(`${path}/${name}`),
      )
      const { message, detail } = (await response.json()) as { message?: string; detail?: string }
      if (alone && world.d1IsWhole) expect(response.status, `${name}: ${detail}`).toBeLessThan(500)
      if (alone) expectOutcome(name, response.status, before, await snapshotOf(id))
      return `${name}: ${message ?? detail}`
    }
    return { name: `command ${id}`, run }
  }

  function watching(alone: boolean): Deed {
    const follower = world.followerOf(world.anyId())
    if (random.chance(0.2)) return { name: `stop watching ${follower.id}`, run: () => follower.hangUp() }
    const run = async () => {
      const status = await follower.connect()
      if (alone && world.d1IsWhole) expect([200, 204, 404]).toContain(status)
      return status
    }
    return { name: `watch ${follower.id}`, run }
  }

  /** Two or three things at the same moment, more often than not to the same job. */
  function atOnce(): Deed {
    const id = world.anyId()
    const deeds = [command(id, false), random.chance(0.5) ? command(id, false) : anyRequest(false)]
    if (random.chance(0.3)) deeds.push({ name: 'alarm', run: () => runDurableObjectAlarm(stubOf(id)) })
    return {
      name: deeds.map((deed) => deed.name).join(' + '),
      run: () => Promise.all(deeds.map((deed) => deed.run())),
    }
  }

  /** All objects die in the midst of something. */
  function crash(): Deed {
    const id = world.anyId()
    const onTime: Deed = { name: `alarm on time ${id}`, run: () => runAlarm(id).catch(String) }
    const deed = random.chance(0.3) ? onTime : anyRequest(false)
    const write = random.int(1, 2)
    const moment = random.pick(['before', 'after', 'late', 'late'] as const)
    const run = () => {
      world.setClockRight()
      return crashDuring(deed.run, write, moment, world.holdBack)
    }
    return { name: `crash at write ${write} (${moment}) of ${deed.name}`, run }
  }

  function jump(): Deed {
    const ms = random.chance(0.05) ? 3_600_000 : random.pick([0, 500, 5_000, 30_000]) + random.int(0, 1_000)
    if (random.chance(0.5)) return { name: `${ms} ms pass`, run: () => world.passTime(ms) }
    if (random.chance(0.3)) return { name: `clock + ${ms} ms`, run: async () => world.turnClock(ms) }
    const backMs = random.int(1, 60_000)
    const run = async () => {
      // Whoever is in memory has now seen the later time.
      await world.look()
      world.turnClock(-backMs)
    }
    return { name: `clock - ${backMs} ms`, run }
  }

  function alarm(): Deed {
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
      // Where D1 knows that a job is completed and its object does not, only waking helps the object.
      if ((await snapshotOf(id))?.status === 'validating') await world.evict(id)
    }
    return { name: `alarm lost ${id}`, run }
  }

  function loss(): Deed {
    const id = world.anyId()
    if (random.chance(0.5)) {
      const run = () => {
        world.setClockRight()
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

  function trouble(): Deed {
    if (random.chance(0.3)) return { name: 'late statements arrive', run: () => world.deliverLate() }
    if (!world.d1IsWhole) return { name: 'D1 is back', run: async () => world.healD1() }
    const how = random.pick(['refused', 'unheard'] as const)
    const statement = random.pick(brokenStatements)
    return { name: `D1: ${how} ${statement || 'everything'}`, run: async () => world.breakD1(how, statement) }
  }

  return { any }
}

/** What somebody who knows the status of a job would do to it. */
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

const shows = { pause: 'paused', resume: 'training', cancel: 'cancelled', delete: undefined } as const

/** What was carried out shows. What was refused has changed nothing, though milestones that were due are past now. */
function expectOutcome(name: Command, status: number, before: JobSnapshot | null, after: JobSnapshot | null): void {
  if (status === 200) {
    expect(after?.status, name).toBe(shows[name])
    if (name === 'resume') expect(after?.progress).toBe(before?.progress)
  } else if (before !== null && (before.status === 'paused' || isFinal(before.status))) {
    expect(after, `${name} was refused`).toEqual(before)
  } else {
    expect(['paused', 'cancelled'], `${name} was refused`).not.toContain(after?.status)
  }
}
