import { DurableObject } from 'cloudflare:workers'
import type { NamedVersion } from '../../models/named-version.ts'
import type { NotRegistered, Registration } from '../../models/register-version.ts'
import type { NewArtifact } from '../rules/artifacts.ts'
import type { Checkpoint } from '../rules/attempt.ts'
import { describe, type ShownJob, shownAt } from '../rules/describe.ts'
import { attemptRecord } from '../rules/describe-runners.ts'
import { recordsOf } from '../rules/event-log.ts'
import { historyOf } from '../rules/history.ts'
import type {
  CheckpointRefusal,
  Command,
  CommandOutcome,
  EditRefusal,
  RunRefusal,
  WordRefusal,
} from '../rules/refusals.ts'
import type { AttemptRecord, EventRecord, History, JobSnapshot } from '../rules/shown.ts'
import type { Claim } from '../rules/trainers/claims.ts'
import { type Finish, speakerOf } from '../rules/trainers/words.ts'
import type { Edit, Range } from '../rules/types.ts'
import type { StoredArtifact, StoredCheckpoint } from './artifact-store.ts'
import {
  type ArtifactPage,
  type Asker,
  abandonPut,
  attachUpload,
  beginPut,
  commitPut,
  listArtifacts,
  type PutOrder,
  type Refused,
  readArtifact,
  removeArtifact,
  type Stored,
} from './artifacts.ts'
import {
  type Claimed,
  claimJob,
  type Finished,
  finishAttempt,
  type ReportAnswer,
  type SentReport,
  takeReport,
} from './attempts.ts'
import { type CommandContext, carryOut } from './carry-out.ts'
import { registerCheckpoint } from './checkpoints.ts'
import type { ChildEnd } from './child-runs.ts'
import { Core } from './core.ts'
import { type EditContext, editJob } from './edit-job.ts'
import { holdFor } from './holds.ts'
import { askedFor, openStream } from './open-stream.ts'
import type { NumberedLine } from './output-store.ts'
import { type Composed, compose } from './parts.ts'
import { registerFiles } from './registrations.ts'
import { type LoggedModels, type ModelQuery, readModels } from './run-models.ts'
import { type RunRecord, readRun, readValues, type ValuesAsked } from './run-record.ts'
import type { RunAsker } from './run-speaker.ts'
import { changeRun, endChild, isNewRun, type RunChange, type RunChanged } from './runs.ts'
import type { ValuesPage } from './stored-values.ts'
import { Turns } from './turns.ts'
import { type Reconciled, reconcile, wake } from './upkeep.ts'
import { answerUpload, type OpenUpload, readUpload, type UploadAnswer, type UploadRequest } from './uploads.ts'

/**
 * One training job. Changes run one at a time through `#turns`, because other requests can interleave during calls to
 * D1; reads write nothing and wait for nothing.
 */
export class TrainingJob extends DurableObject<Composed> {
  readonly #core: Core
  readonly #turns: Turns

  constructor(ctx: DurableObjectState, bindings: Env) {
    super(ctx, compose(bindings))
    this.#core = new Core(ctx, this.env)
    this.#turns = new Turns(this.#core, this.env.parts.serial(), (work) => ctx.waitUntil(work))
    ctx.blockConcurrencyWhile(async () => this.#core.noteAlarm(await this.#core.deadlines.rearmIfLost()))
  }

  /** The current job; `null` if this object has never had one. */
  snapshot(): ShownJob | 'deleted' | null {
    const view = this.#core.view()
    if (view !== null) return shownAt(view)
    return this.#core.job === null && this.#core.store.deletedMs === null ? null : 'deleted'
  }

  /** The job's events after a revision, oldest first; `null` if this object has no job. */
  events(after: number, limit: number): EventRecord[] | null {
    return this.#core.livingJob && recordsOf(this.#core.store.events(), after, limit)
  }

  /** A range of the job's curve, downsampled; `null` if this object has no job. */
  history(range: Range): History | null {
    const view = this.#core.view()
    return view && historyOf(view, range)
  }

  /** Lines of output from a number on, oldest first; `null` if this object has no job. */
  output(from: number, limit: number): NumberedLine[] | null {
    return this.#core.livingJob && this.#core.curve.output(from, limit)
  }

  /** The attempts after a number, oldest first; `null` if this object has no job. */
  attempts(after: number, limit: number): AttemptRecord[] | null {
    const { livingJob, curve } = this.#core
    const page = livingJob?.attempts.all.slice(after, after + limit)
    return page === undefined ? null : page.map((one) => attemptRecord(one, curve.stepsOf(one.number)))
  }

  /** The checkpoints that are kept, oldest first; `null` if this object has no job. */
  checkpoints(): StoredCheckpoint[] | null {
    return this.#core.livingJob && this.#core.artifacts.checkpoints()
  }

  /** Whether a token is that of a live attempt. */
  knowsToken(hash: string): boolean {
    const { livingJob } = this.#core
    return livingJob !== null && !('reason' in speakerOf(livingJob, hash))
  }

  /** Gives the job to a runner that claims it; `null`: it is not to be had. */
  claim(claim: Claim): Promise<{ claimed: Claimed; job: JobSnapshot } | null> {
    return this.#turns.hear(() => {
      const claimed = claimJob(this.#core, claim)
      const view = this.#core.view()
      return claimed && view && { claimed, job: describe(view) }
    })
  }

  /** Takes a report of an attempt, known by its token's hash. */
  report(tokenHash: string, sent: SentReport): Promise<ReportAnswer | WordRefusal> {
    return this.#turns.hear(() => takeReport(this.#core, tokenHash, sent))
  }

  /** Ends an attempt. */
  finish(tokenHash: string, finish: Finish): Promise<WordRefusal | Finished> {
    return this.#turns.hear(() => finishAttempt(this.#core, tokenHash, finish))
  }

  /** Begins an upload of one request. `asker`: the hash of a job token; `null`: somebody whose role suffices. */
  beginPut(asker: Asker, file: NewArtifact): Promise<PutOrder | Refused> {
    return this.#turns.hear(() => beginPut(this.#core, asker, file))
  }

  /** Takes note of R2's id of an upload. */
  attachUpload(upload: number, r2Id: string): Promise<void> {
    return this.#turns.hear(() => attachUpload(this.#core, upload, r2Id))
  }

  /** Makes an upload a file, once all of its bytes are in R2. `isProven`: the digest was computed over them. */
  commitPut(asker: Asker, upload: number, sha256: string, isProven: boolean, size?: number): Promise<Stored | Refused> {
    return this.#turns.hear(() => commitPut(this.#core, asker, upload, sha256, isProven, size))
  }

  /** Answers what the Worker asks of an upload in parts. */
  changeUpload(asker: Asker, request: UploadRequest): Promise<UploadAnswer | Refused> {
    return this.#turns.hear(() => answerUpload(this.#core, asker, request))
  }

  /** An upload in parts. */
  upload(asker: Asker, number: number): OpenUpload | Refused {
    return readUpload(this.#core, asker, number)
  }

  /** Takes note that the bytes of a file have its digest. */
  proveArtifact(path: string, key: string): Promise<void> {
    const { artifacts } = this.#core
    return this.#turns.hear(() => (this.#core.livingJob === null ? undefined : artifacts.prove(path, key)))
  }

  /** Gives up an upload that R2 has refused. */
  abandonPut(upload: number, r2Id?: string): Promise<void> {
    return this.#turns.hear(() => abandonPut(this.#core, upload, r2Id))
  }

  /** Deletes a file. @returns why not; `null`: it is deleted */
  removeArtifact(asker: Asker, path: string): Promise<Refused | null> {
    return this.#turns.hear(() => removeArtifact(this.#core, asker, path))
  }

  /** Registers a checkpoint whose files are there. @returns why not; `null`: it is registered, now or before */
  registerCheckpoint(tokenHash: string, checkpoint: Checkpoint): Promise<Refused | CheckpointRefusal | null> {
    return this.#turns.hear(() => registerCheckpoint(this.#core, tokenHash, checkpoint))
  }

  /** Holds the files of a checkpoint for another job. @returns the checkpoint; `null`: there is none at this step */
  holdFor(jobId: string, step: number | undefined): Promise<Checkpoint | null> {
    return this.#turns.take(() => holdFor(this.#core, jobId, step))
  }

  /** Registers a version of files of the job. */
  registerFiles(version: Registration): Promise<NamedVersion | NotRegistered | { reason: 'not_found' }> {
    return this.#turns.take(() => registerFiles(this.#core, version))
  }

  /** A file. */
  artifact(asker: Asker, path: string): StoredArtifact | Refused {
    return readArtifact(this.#core, asker, path)
  }

  /** Files whose path begins with a text, after a path. */
  artifacts(asker: Asker, page: ArtifactPage): StoredArtifact[] | Refused {
    return listArtifacts(this.#core, asker, page)
  }

  /** What a client of a door has logged, whole. */
  run(asker: RunAsker, isOpening: boolean): RunRecord | RunRefusal {
    return readRun(this.#core, asker, isOpening)
  }

  /** Values of a metric, by time. */
  runValues(asker: RunAsker, asked: ValuesAsked): ValuesPage | RunRefusal {
    return readValues(this.#core, asker, asked)
  }

  /** Models that clients have logged. */
  runModels(asker: RunAsker, query: ModelQuery): LoggedModels | RunRefusal {
    return readModels(this.#core, asker, query)
  }

  /** Whether a run was opened after a time, Unix ms, and no request has named it since. */
  isNewRun(sinceMs: number): 'new' | 'named' {
    return isNewRun(this.#core, sinceMs)
  }

  /** Ends a run with the attempt under which it was opened. */
  endRun(how: ChildEnd): Promise<void> {
    return this.#turns.hear(() => endChild(this.#core, how))
  }

  /** Takes what a client of a door says of a run. */
  changeRun(asker: RunAsker, change: RunChange): Promise<RunChanged | RunRefusal> {
    return this.#turns.hear(() => changeRun(this.#core, asker, change))
  }

  /**
   * Carries out a command.
   *
   * @param id for an object that has not been started yet
   * @returns the outcome: `null` if it was carried out, otherwise why not, or not yet
   */
  command(id: string, command: Command, context: CommandContext): Promise<CommandOutcome> {
    return this.#turns.carryOut(id, command, () => carryOut(this.#core, id, command, context))
  }

  /** Edits the job's name, notes or tags. @returns why that was refused; `null` when it was done */
  edit(id: string, edit: Edit, context: EditContext): Promise<EditRefusal | null> {
    return this.#turns.carryOut(id, 'edit', () => editJob(this.#core, id, edit, context))
  }

  /**
   * Starts a job that D1 has given a slot and this object does not have; catches up on one that it has: resumes it when
   * its turn has come, advances it, updates D1, and corrects what an unfinished command left there. Idempotent. Reads D1
   * first, so that a delayed call does not revive a deleted job.
   */
  wake(id: string): Promise<void> {
    return this.#turns.take(() => wake(this.#core, id))
  }

  /**
   * Compares D1's row with the job and corrects it. Never starts a job.
   *
   * @param id `null`: only the object's own id is known, and the object determines its job
   */
  reconcile(id: string | null): Promise<Reconciled> {
    return this.#turns.take(() => reconcile(this.#core, id))
  }

  override alarm(info?: AlarmInvocationInfo): Promise<void> {
    this.#core.noteAlarm(info?.scheduledTime ?? null)
    this.#core.deadlines.forget()
    return this.#turns.meetDeadlines()
  }

  /** Opens a stream. A request instead of a method, so that the object notices when the client disconnects. */
  override fetch(request: Request): Promise<Response> {
    return openStream(this.#core, askedFor(request), request.signal)
  }
}
