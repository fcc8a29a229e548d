import type { FinalStatus } from '../../shared/job-status.ts'

/** The reasons for which an operation on jobs is refused. jobs/http/refusals.ts has their statuses and texts. */
type Refusals = {
  create: { reason: 'slot_taken' | 'queue_full' | 'too_many_jobs' | 'too_many_versions' | 'key_reused' | 'job_deleted' }
  pause: { reason: 'not_running' | 'paused_too_often' }
  resume: { reason: 'not_paused' | 'slot_taken' | 'queue_full' }
  cancel: { reason: 'already'; status: FinalStatus | 'validating' }
  delete: { reason: 'running' }
  edit: { reason: 'edited_too_often' }
  /** Of every command. */
  command: { reason: 'not_found' | 'changed' | 'unavailable' }
  watch: { reason: 'not_found' | 'too_many_watchers' | 'too_many_streams' | 'unknown_cursor' | 'unavailable' }
}

export const commands = ['pause', 'resume', 'cancel', 'delete'] as const
export type Command = (typeof commands)[number]

export type Refusal = Refusals[keyof Refusals]
export type CreationRefusal = Refusals['create']
export type WatchRefusal = Refusals['watch']
/** Refusals of an edit. */
export type EditRefusal = Refusals['edit'] | Refusals['command']
/** Refusals by the rules. */
export type RuleRefusal<C extends Command = Command> = Refusals[C]
/** Refusals by the object. */
export type CommandRefusal<C extends Command = Command> = Refusals[C] | Refusals['command']

/** What came of a command: `null`: it was carried out; `queued`: it will be once the job, now in the queue, has a slot. */
export type CommandOutcome<C extends Command = Command> =
  | CommandRefusal<C>
  | null
  | ('resume' extends C ? 'queued' : never)
