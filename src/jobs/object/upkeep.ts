import { log } from '../../platform/log.ts'
import type { JobRow } from '../register/stored-job.ts'
import { sequenceOf } from '../rules/edit.ts'
import { create, resumeInTurn, start } from '../rules/job.ts'
import { chooseTrainer } from '../rules/trainers/index.ts'
import type { Job, JobEvent } from '../rules/types.ts'
import type { Core } from './core.ts'
import { heldFiles } from './holds.ts'

/** The outcome of comparing a job's row with its object. `unknown`: neither has the job. */
export type Reconciled = 'unchanged' | 'updated' | 'restored' | 'removed' | 'unknown'

/** Starts or resumes a job that D1 has given a slot, or catches up on what a started one has missed. */
export async function wake(core: Core, id: string): Promise<void> {
  const row = await core.register.find(id)
  if (core.job === null) await begin(core, row)
  else await compare(core, core.job, row)
  core.advance()
  // D1 has just answered.
  await core.settle(core.registerSink)
}

/** Corrects a job's row in D1; never starts a new job. `id`: `null` if only the object's own id is known. */
export async function reconcile(core: Core, id: string | null): Promise<Reconciled> {
  const name = core.job?.id ?? id
  if (name === null) return 'unknown'
  const row = await core.register.find(name)
  const { job } = core
  if (job === null) return row !== null && (await removeOrphan(core, row)) ? 'removed' : 'unknown'
  const differs = await compare(core, job, row)
  core.advance()
  await core.settle()
  await core.tellRegister()
  if (job.deleted) return 'removed'
  if (row === null) return 'restored'
  return differs ? 'updated' : 'unchanged'
}

/** The first events of a job whose row D1 has: its creation, and the edits since. */
export const beginningOf = ({ settings }: Core, { spec, edits, seq }: JobRow): JobEvent[] => [
  create(spec, chooseTrainer(settings, spec), seq),
  ...edits,
]

/** Starts the job of a row that has been given a slot. */
async function begin(core: Core, row: JobRow | null): Promise<void> {
  if (row === null || (await removeOrphan(core, row))) return
  if (row.slot === null && row.spec.trainedBy !== 'mlflow')
    await core.register.repair(row.job.id, null, row, Date.now())
  else {
    const takeHeld = await heldFiles(core, row.spec)
    core.commit(start(beginningOf(core, row), core.now()), undefined, takeHeld)
  }
}

/** Handles a row whose job the object has deleted, or does not know although it had started: D1 has been restored. */
async function removeOrphan(core: Core, { job: { id }, revision }: JobRow): Promise<boolean> {
  if (revision === 0 && core.store.deletedMs === null) return false
  log('warn', 'job_row_removed', { job_id: id, revision })
  await core.register.remove(id)
  return true
}

/**
 * Detects what D1 has wrong about the job; the sinks then correct it. Resumes a paused job that waited and has been given
 * a slot. @returns whether there was anything
 */
async function compare(core: Core, job: Job, row: JobRow | null): Promise<boolean> {
  const knownRevision = row === null ? 0 : sequenceOf(row.job)
  if (knownRevision < core.sinks.revisionOf(core.registerSink)) {
    core.sinks.noteRevision(core.registerSink, knownRevision)
    return true
  }
  if (row === null || row.revision !== job.revision) return false
  // Before D1 has every edit, a late write of one could give the slot away.
  const hasTurn = row.slot !== null && sequenceOf(row.job) === sequenceOf(job)
  const resumed = hasTurn ? resumeInTurn(job, core.now()) : null
  if (resumed !== null) {
    core.commit([resumed])
    return true
  }
  const isRepaired = await core.register.repair(job.id, job, row, core.now())
  if (isRepaired) core.startQueuedJobs()
  return isRepaired
}
