import { EDITS_MAX } from '../../platform/limits.ts'
import type { EditRefusal } from './refusals.ts'
import type { Edit, Job, JobEvent, Labels } from './types.ts'

/**
 * The event of an edit: what it changes, none when it changes nothing. Allowed in every state. It raises no revision, so
 * that it neither fails a command nor shows in a stream.
 *
 * @param editsMax how many edits a job may have
 */
export function decideEdit(job: Job, edit: Edit, nowMs: number, editsMax = EDITS_MAX): JobEvent[] | EditRefusal {
  const changed: Edit = {}
  if (edit.name !== undefined && edit.name !== job.config.name) changed.name = edit.name
  if (edit.notes !== undefined && edit.notes !== job.notes) changed.notes = edit.notes
  if (edit.tags !== undefined && edit.tags.join('\n') !== job.tags.join('\n')) changed.tags = edit.tags
  if (Object.keys(changed).length === 0) return []
  if (job.edits >= editsMax) return { reason: 'edited_too_often' }
  return [{ type: 'edited', atMs: Math.max(nowMs, job.loggedMs), ...changed }]
}

/** The edit with which a job gets the notes and tags that it was requested with; none without them. */
export function firstEdit({ notes = '', tags = [] }: Labels, atMs: number, actor: string): JobEvent[] {
  if (notes === '' && tags.length === 0) return []
  return [{ type: 'edited', atMs, actor, ...(notes === '' ? {} : { notes }), ...(tags.length === 0 ? {} : { tags }) }]
}

/** What an edit makes of a job. */
export const edited = (job: Job, { name, notes, tags }: Edit): Pick<Job, 'config' | 'notes' | 'tags' | 'edits'> => ({
  config: name === undefined ? job.config : { ...job.config, name },
  notes: notes ?? job.notes,
  tags: tags ?? job.tags,
  edits: job.edits + 1,
})

/** The place of a job's last event in its log, from 1. */
export const sequenceOf = ({ revision, edits }: Pick<Job, 'revision' | 'edits'>): number => revision + edits
