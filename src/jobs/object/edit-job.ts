import { EDITS_BEFORE_START_MAX } from '../../platform/limits.ts'
import { decideEdit } from '../rules/edit.ts'
import { nextWakeMs } from '../rules/job.ts'
import type { EditRefusal } from '../rules/refusals.ts'
import type { Edit } from '../rules/types.ts'
import { pendingRow, setWakeDeadline } from './carry-out.ts'
import type { Core } from './core.ts'
import { wake } from './upkeep.ts'

/** The actor of an edit, and how often the job may have been edited before (`null`: any number). */
export type EditContext = { actor: string; edits: number[] | null }

/**
 * Edits a job in whatever state, or says why not. Of one that waits for a slot the register keeps the event, for the log with
 * which the job starts.
 *
 * @param id for an object that has not been started yet
 */
export async function editJob(
  core: Core,
  id: string,
  edit: Edit,
  { actor, edits }: EditContext,
): Promise<EditRefusal | null> {
  core.advance()
  await core.deliver()
  let row = core.job === null ? await pendingRow(core, id) : null
  if (row !== null && row.slot !== null) {
    await wake(core, id)
    row = null
  }
  const job = core.livingJob ?? row?.job ?? null
  if (job === null) return { reason: 'not_found' }
  if (edits !== null && !edits.includes(job.edits)) return { reason: 'changed' }
  const events = decideEdit(job, edit, core.now(), row === null ? undefined : EDITS_BEFORE_START_MAX)
  if ('reason' in events) return events
  if (events.length === 0) return null
  const signed = events.map((event) => ({ ...event, actor }))
  if (row !== null) return (await core.register.editWaiting(row, signed)) ? null : { reason: 'unavailable' }
  if (nextWakeMs(job) === null) await setWakeDeadline(core, id)
  core.commit(signed)
  return null
}
