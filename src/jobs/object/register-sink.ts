import type { LedgerFile } from '../../artifacts/ledger.ts'
import { manifestOf } from '../../artifacts/manifest.ts'
import type { NewVersion } from '../../models/registration.ts'
import type { Registry } from '../../models/registry.ts'
import { D1Unavailable } from '../../platform/d1.ts'
import { log } from '../../platform/log.ts'
import { isFinal } from '../../shared/job-status.ts'
import type { JobRegister } from '../register/job-register.ts'
import { resultsOf } from '../rules/describe.ts'
import { evolve, refuseCompletion, viewOf } from '../rules/job.ts'
import { trainerOf } from '../rules/trainers/index.ts'
import type { Job, JobEvent, Recorded } from '../rules/types.ts'
import type { Sink } from './sinks.ts'

/** Whether nothing is left to do but for D1 to take the completion. */
const isCompleting = (job: Job): boolean => job.validatedMs !== null && !isFinal(job.status)

/** What the job's files mean for D1: those of its model, and `handOver`, which tells D1 of the keys that it has dropped. */
export type JobFiles = {
  /** @param registered the folder of the logged model that is registered as the job's; `null`: none is, or it is unknown */
  ofModel: (registered: string | null) => ModelFiles
  /** Whether a client has logged to the job, and may have registered its model. */
  readonly hasRun: boolean
  handOver: () => Promise<void>
}

/** The files of a job's model, by their paths within it. `folder`: where they lie; `null`: in the usual one. */
export type ModelFiles = { folder: string | null; files: LedgerFile[] }

/** The sink that updates D1's row to the job's state, and registers the version of a completed job. */
export class RegisterSink implements Sink {
  readonly name = 'register'
  /** Never parked: the row must be updated, however long D1 is unavailable. */
  readonly parkedAfterTries = null
  readonly #register: JobRegister
  readonly #registry: Registry
  readonly #recorded: () => Recorded
  readonly #files: JobFiles

  /** @param recorded what was reported of the job */
  constructor(register: JobRegister, registry: Registry, recorded: () => Recorded, files: JobFiles) {
    this.#register = register
    this.#registry = registry
    this.#recorded = recorded
    this.#files = files
  }

  /** Writes the job to D1, or deletes its row. A row that D1 has lost comes back. */
  async deliver(job: Job, late: AbortSignal): Promise<readonly JobEvent[]> {
    if (job.deleted) {
      // Before its row is gone, by which the sweeper would find it.
      await this.#files.handOver()
      if (job.trainer.kind !== 'simulated') await this.#register.removeAndRemember(job.id, Date.now())
      else await this.#register.remove(job.id)
      return []
    }
    const written = await this.#write(job)
    if (written !== null) return written
    log('warn', 'job_row_missing', { job_id: job.id, revision: job.revision })
    // The job may have been deleted while D1 took too long.
    late.throwIfAborted()
    await this.#register.restore(job, this.#recorded(), Date.now())
    const writtenAgain = await this.#write(job)
    if (writtenAgain === null) throw new Error('The row that was put back is gone again')
    return writtenAgain
  }

  /** What SQLite refuses is not mended by waiting: the job says so, and fails in the end. */
  failed(job: Job, error: unknown, nowMs: number): readonly JobEvent[] {
    if (error instanceof D1Unavailable || !isCompleting(job)) return []
    return [refuseCompletion(job, String(error), nowMs)]
  }

  /**
   * A completion is the only change that D1 makes first: `completed` is never visible before the version is. A completed
   * job's row is never written without the registration, which does nothing if the row is already `completed`.
   *
   * @returns what D1 has made of the job; `null` when it has no row of it
   */
  async #write(job: Job): Promise<readonly JobEvent[] | null> {
    const recorded = this.#recorded()
    const completed: JobEvent = { type: 'completed', atMs: job.changedMs }
    const final = isCompleting(job) ? evolve(job, completed) : job
    // A run that a script has opened has the versions that the script registers, and no other.
    if (final.status !== 'completed' || job.trainer.kind === 'mlflow')
      return (await this.#register.update(job, recorded)) ? [] : null
    const reserved = this.#files.hasRun ? await this.#registry.reserved(job.id) : null
    const model = this.#files.ofModel(reserved?.folder ?? null)
    const answers = await this.#register.complete(
      final,
      recorded,
      this.#registry.registration({ ...(await versionOf(final, job, recorded, model)), reserved }),
    )
    if (answers === null || final === job) return answers && []
    const version = this.#registry.registeredBy(answers)
    const { folder } = model
    return [{ ...completed, ...(version === null ? {} : { version }), ...(folder === null ? {} : { folder }) }]
  }
}

/** The version that a completed job produces. `before`: the job as it was: one that was to be cancelled puts nothing into use. */
async function versionOf(
  job: Job,
  before: Job,
  recorded: Recorded,
  { folder, files }: ModelFiles,
): Promise<Omit<NewVersion, 'reserved'>> {
  const bytes = files.reduce((sum, { size }) => sum + size, 0)
  return {
    job_id: job.id,
    model_type: job.config.model_type,
    metrics: resultsOf(viewOf(job, job.changedMs, recorded)),
    size_mb: files.length === 0 ? trainerOf(job).modelSizeMb(job) : bytes / 1_000_000,
    folder,
    files,
    manifest: await manifestOf(files),
    bundeslaender: job.config.bundeslaender,
    dataset: job.dataset ?? null,
    createdMs: job.changedMs,
    previous: job.version,
    isActivated: before.attempts.requested?.what !== 'cancel',
  }
}
