import { type Ledger, ledger } from '../../artifacts/ledger.ts'
import { tokenStore } from '../../auth/token-store.ts'
import { type Registry, registry } from '../../models/registry.ts'
import { withTypedErrors } from '../../platform/d1.ts'
import { type IdempotencyKeys, idempotencyKeys } from '../register/idempotency-keys.ts'
import { type JobRegister, jobRegister } from '../register/job-register.ts'
import type { Attempt } from '../rules/attempt.ts'
import { describeEvent } from '../rules/describe.ts'
import { Alarm } from './alarm.ts'
import { ArtifactStore } from './artifact-store.ts'
import { type Clock, createClock } from './clock.ts'
import { CurveStore } from './curve-store.ts'
import { EventStore } from './event-store.ts'
import { createSerial, type Serially } from './serial.ts'
import type { Sink } from './sinks.ts'
import type { RevokedAmong } from './watchers.ts'

/** The parts of a job. The simulation replaces some with faulty ones. */
export type Parts = {
  register: (db: D1Database) => JobRegister
  keys: (db: D1Database) => IdempotencyKeys
  registry: (db: D1Database) => Registry
  ledger: (db: D1Database) => Ledger
  revokedAmong: (db: D1Database) => RevokedAmong
  events: (storage: DurableObjectStorage) => EventStore
  curve: (storage: DurableObjectStorage, attempts: () => readonly Attempt[]) => CurveStore
  artifacts: (storage: DurableObjectStorage) => ArtifactStore
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
  ledger,
  revokedAmong: (db) => tokenStore(db).revokedAmong,
  events: (storage) => new EventStore(storage),
  curve: (storage, attempts) => new CurveStore(storage, attempts),
  artifacts: (storage) => new ArtifactStore(storage),
  alarm: (storage) => new Alarm(storage),
  sinks: () => [],
  clock: createClock,
  serial: createSerial,
  describeEvent,
}

/** The Worker's bindings for the code below, with typed D1 errors and the parts of jobs. */
export type Composed = Env & { readonly parts: Parts }

const composed = new WeakMap<object, Composed>()

/** Composes bindings, once for the same ones; already composed bindings are returned unchanged. */
export function compose<E extends Env>(env: E | (E & Composed), parts: Parts = soundParts): E & Composed {
  if ('parts' in env) return env
  const known = composed.get(env)
  if (known !== undefined) return known as E & Composed
  // The vars are read through from `env`, even if they change.
  const made = Object.create(env, { DB: { value: withTypedErrors(env.DB) }, parts: { value: parts } }) as E & Composed
  composed.set(env, made)
  return made
}
