import type { JobRow } from '../register/stored-job.ts'
import { decide, evolve, nextWakeMs, queueResume } from '../rules/job.ts'
import type { Command, CommandOutcome } from '../rules/refusals.ts'
import type { Job, JobEvent } from '../rules/types.ts'
import type { Core } from './core.ts'
import { beginningOf } from './upkeep.ts'

/** How a command is to be carried out. */
export type CommandContext = {
  actor: string
  /** The revisions of the job on which it may be carried out; `null`: any. */
  revisions: number[] | null
  /** Whether a job that is to be resumed may wait for a slot. */
  mayWait?: boolean
  /** Seconds that a runner's process has to save and end. */
  graceS?: number
}

/**
 * Carries out a command, or returns the refusal. Due milestones and pending deliveries to sinks come first.
 *
 * @param id for an object that has not been started yet
 */
export async function carryOut(
  core: Core,
  id: string,
  command: Command,
  { actor, revisions, mayWait = false, graceS }: CommandContext,
): Promise<CommandOutcome> {
  core.advance()
  await core.deliver()
  const row = core.job === null ? await pendingRow(core, id) : null
  const beginning = row === null ? [] : beginningOf(core, row)
  const job = core.livingJob ?? beginning.reduce<Job | null>(evolve, null)
  if (job === null) return { reason: 'not_found' }
  // A job that waits is shown as its row has it, of before its creation is in a log.
  if (revisions !== null && !revisions.includes((row ?? job).revision)) return { reason: 'changed' }
  const events = decide(job, command, core.now(), graceS === undefined ? {} : { graceS })
  if ('reason' in events) return events
  // The same request again, which is still open.
  if (events.length === 0) return 'requested'
  if (events.some(({ type }) => type === 'resumed')) {
    // The pause that is undone must have reached D1, or its late arrival would give the new slot away.
    await core.tellRegister()
    // Requested again, it keeps its position.
    if (mayWait && job.awaitsSlot !== null) return 'queued'
    if (!(await acquireSlot(core, id))) {
      if (!mayWait) return { reason: 'slot_taken' }
      if (!(await core.register.announceWaiting(id, Date.now()))) return { reason: 'queue_full' }
      core.commit([{ ...queueResume(job, core.now()), actor }])
      return 'queued'
    }
  } else if (row !== null) {
    if (!(await core.register.setWakeDeadline(id, Date.now(), row.job.edits))) return { reason: 'unavailable' }
  } else if (nextWakeMs(job) === null) {
    await setWakeDeadline(core, id)
  }
  // What was lost, Stellwerk gives up; what is done about it, the operator decides.
  const isOwn = ({ type }: JobEvent) => type === 'given_up' && command !== 'give_up'
  core.commit([...beginning, ...events.map((event) => (isOwn(event) ? event : { ...event, actor }))])
  return events.some(({ type }) => type === 'requested') ? 'requested' : null
}

/** The row of a job that has not started; `null`: there is none, or the job was deleted. */
export async function pendingRow(core: Core, id: string): Promise<JobRow | null> {
  if (core.store.deletedMs !== null) return null
  const row = await core.register.find(id)
  return row !== null && row.revision === 0 ? row : null
}

async function acquireSlot(core: Core, id: string): Promise<boolean> {
  const acquire = () => core.register.acquireSlot(id, core.settings.maxActiveJobs, Date.now())
  if (await acquire()) return true
  // Refused because the register has lost the job? Restore its row first.
  return (await core.register.find(id)) === null && (await putBack(core)) && acquire()
}

/** Has the sweeper ask about a job that does not move by itself, if D1 never hears of what follows. */
export async function setWakeDeadline(core: Core, id: string): Promise<void> {
  if (await core.register.setWakeDeadline(id, Date.now())) return
  if (await putBack(core)) await core.register.setWakeDeadline(id, Date.now())
}

/** Restores the row that D1 has lost. @returns false if there is nothing to restore */
async function putBack(core: Core): Promise<boolean> {
  if (core.job === null) return false
  core.sinks.noteRevision(core.registerSink, 0)
  await core.tellRegister()
  return true
}
