import { tokenStore } from '../../auth/token-store.ts'
import { type Registry, registry } from '../../models/registry.ts'
import { withTypedErrors } from '../../platform/d1.ts'
import { type IdempotencyKeys, idempotencyKeys } from '../register/idempotency-keys.ts'
import { type JobRegister, jobRegister } from '../register/job-register.ts'
import { describeEvent } from '../rules/describe.ts'
import { Alarm } from './alarm.ts'
import { type Clock, createClock } from './clock.ts'
import { EventStore } from './event-store.ts'
import { createSerial, type Serially } from './serial.ts'
import type { Sink } from './sinks.ts'
import type { RevokedAmong } from './watchers.ts'

/** What jobs are made of. The simulation hands in others, with a fault in one of them. */
export type Parts = {
  register: (db: D1Database) => JobRegister
  keys: (db: D1Database) => IdempotencyKeys
  registry: (db: D1Database) => Registry
  revokedAmong: (db: D1Database) => RevokedAmong
  events: (storage: DurableObjectStorage) => EventStore
  alarm: (storage: DurableObjectStorage) => Alarm
  /** Who is told of what happens to a job, beside the register. */
  sinks: () => readonly Sink[]
  clock: () => Clock
  serial: () => Serially
  describeEvent: typeof describeEvent
}

export const soundParts: Parts = {
  register: jobRegister,
  keys: idempotencyKeys,
  registry,
  revokedAmong: (db) => tokenStore(db).revokedAmong,
  events: (storage) => new EventStore(storage),
  alarm: (storage) => new Alarm(storage),
  sinks: () => [],
  clock: createClock,
  serial: createSerial,
  describeEvent,
}

/** The Worker's bindings, put together for the code below: D1 fails with typed errors, and jobs have their parts. */
export type Composed = Env & { readonly parts: Parts }

const composed = new WeakMap<object, Composed>()

/** Composes bindings, the same ones once; what is composed already stays as it is. */
export function compose<E extends Env>(env: E | (E & Composed), parts: Parts = soundParts): E & Composed {
  if ('parts' in env) return env
  const known = composed.get(env)
  if (known !== undefined) return known as E & Composed
  // Its vars stay those of `env`, also when they change.
  const made = Object.create(env, { DB: { value: withTypedErrors(env.DB) }, parts: { value: parts } }) as E & Composed
  composed.set(env, made)
  return made
}
