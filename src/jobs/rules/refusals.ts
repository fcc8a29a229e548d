import type { FinalStatus } from '../../shared/job-status.ts'

/** The reasons for which an operation on jobs is refused. jobs/http/refusals.ts has their statuses and texts. */
type Refusals = {
  create: {
    reason:
      | 'slot_taken'
      | 'queue_full'
      | 'too_many_jobs'
      | 'too_many_versions'
      | 'key_reused'
      | 'job_deleted'
      | 'no_checkpoint'
      | 'simulated_resume'
  }
  pause: { reason: 'not_running' | 'paused_too_often' | 'cancel_requested' | 'opened_elsewhere' }
  resume: { reason: 'not_paused' | 'slot_taken' | 'queue_full' }
  cancel: { reason: 'already'; status: FinalStatus | 'validating' }
  delete: { reason: 'running' }
  give_up: { reason: 'no_attempt' }
  edit: { reason: 'edited_too_often' }
  dataset: { reason: 'not_found' | 'dataset_unknown' }
  /** Of every command. */
  command: { reason: 'not_found' | 'changed' | 'unavailable' }
  /** Of a word with a job token. `token_unknown`: made by nobody, or for an earlier answer to the same claim. */
  word:
    | { reason: 'token_unknown' }
    | { reason: 'attempt_over'; why: 'replaced' | 'finished' | 'given-up' | 'deleted' }
    | { reason: 'sequence_gap'; expected: number }
    | { reason: 'not_a_report'; message: string }
  /** Of what is done with files. `artifacts_unavailable`: it was not carried out, and may succeed if it is tried again. */
  artifact: {
    reason:
      | 'not_found'
      | 'not_started'
      | 'simulated_artifacts'
      | 'artifact_not_found'
      | 'artifact_exists'
      | 'artifact_frozen'
      | 'path_obstructed'
      | 'artifact_not_yours'
      | 'artifacts_full'
      | 'artifacts_unavailable'
      | 'upload_not_found'
      | 'no_such_part'
      | 'parts_missing'
  }
  /** Of what a client of somebody else's says of a run. `param_changed`: the same attempt has logged another value. */
  run:
    | { reason: 'not_found' | 'not_a_run' | 'not_yours' }
    | { reason: 'param_changed'; key: string; known: string; sent: string }
  checkpoint: { reason: 'checkpoint_empty' | 'checkpoint_exists' | 'too_many_checkpoints' }
  watch: { reason: 'not_found' | 'too_many_watchers' | 'too_many_streams' | 'unknown_cursor' | 'unavailable' }
}

/** What operators do with any job. */
export const commands = ['pause', 'resume', 'cancel', 'delete'] as const
/** The same, and what only a job of runners knows. */
export type Command = (typeof commands)[number] | 'give_up'

export type Refusal = Refusals[Exclude<keyof Refusals, 'word' | 'run'>]
export type CreationRefusal = Refusals['create']
export type WatchRefusal = Refusals['watch']
export type WordRefusal = Refusals['word']
export type RunRefusal = Refusals['run'] | Refusals['word']
export type DatasetRefusal = Refusals['dataset']

export type ArtifactRefusal = Refusals['artifact']
export type CheckpointRefusal = Refusals['checkpoint']
/** Refusals of an edit. */
export type EditRefusal = Refusals['edit'] | Refusals['command']
/** Refusals by the rules. */
export type RuleRefusal<C extends Command = Command> = Refusals[C]
/** Refusals by the object. */
export type CommandRefusal<C extends Command = Command> = Refusals[C] | Refusals['command']

/**
 * What came of a command: `null`: it was carried out; `queued`: it will be once the job, now in the queue, has a slot;
 * `requested`: it was requested of a runner, which has yet to do it.
 */
export type CommandOutcome<C extends Command = Command> =
  | CommandRefusal<C>
  | null
  | ('resume' extends C ? 'queued' : never)
  | ('pause' extends C ? 'requested' : 'cancel' extends C ? 'requested' : never)
