import type { Ledger, LedgerFile } from '../../artifacts/ledger.ts'
import {
  ARTIFACT_UPLOAD_MS,
  ARTIFACTS_PER_JOB_MAX,
  GARBAGE_PAGE_KEYS,
  SINK_RETRY_MAX_MS,
  SINK_RETRY_MS,
} from '../../platform/limits.ts'
import { log } from '../../platform/log.ts'
import { isLoggedModel, loggedModelFolder, MODEL_FOLDER } from '../rules/artifacts.ts'
import type { Job } from '../rules/types.ts'
import type { ArtifactStore } from './artifact-store.ts'
import type { JobFiles, ModelFiles } from './register-sink.ts'
import type { RunStore } from './run-store.ts'

/** What becomes of a job's files by itself: D1 hears of what was dropped, and uploads that nobody continues are dropped. */
export class ArtifactUpkeep implements JobFiles {
  readonly #artifacts: ArtifactStore
  readonly #runs: RunStore
  readonly #ledger: Ledger
  readonly #job: () => Job | null
  readonly #now: () => number
  #tries = 0
  /** When the next try is due after one that failed, Unix ms. */
  #retryMs = 0

  constructor(artifacts: ArtifactStore, runs: RunStore, ledger: Ledger, job: () => Job | null, now: () => number) {
    this.#runs = runs
    this.#artifacts = artifacts
    this.#ledger = ledger
    this.#job = job
    this.#now = now
  }

  /** When there is something to do, Unix ms; `null`: there is nothing. */
  nextMs(): number | null {
    const job = this.#job()
    if (job === null || !this.#artifacts.exists) return null
    const { oldestMs } = this.#artifacts.uploads
    const times = [
      ...(oldestMs === null ? [] : [oldestMs + ARTIFACT_UPLOAD_MS]),
      ...(this.#artifacts.dropped.isEmpty ? [] : [Math.max(job.loggedMs, this.#retryMs)]),
    ]
    return times.length === 0 ? null : Math.min(...times)
  }

  /** Does what is due. Does not throw. */
  async meet(): Promise<void> {
    const job = this.#job()
    if (job === null) return
    this.#dropAbandoned(job)
    if (this.#artifacts.dropped.isEmpty || this.#retryMs > this.#now()) return
    try {
      await this.handOver()
      this.#tries = 0
    } catch (error) {
      log('warn', 'dropped_keys_not_told', { job_id: job.id, error: String(error) })
      this.#retryMs = this.#now() + Math.min(SINK_RETRY_MAX_MS, SINK_RETRY_MS * 2 ** ++this.#tries)
    }
  }

  /** Tells D1 of everything that was dropped. @throws when it does not hear of it */
  async handOver(): Promise<void> {
    const job = this.#job()
    if (job === null) return
    // Also of a job that never took them.
    if (job.deleted && job.resumeFrom !== undefined) await this.#ledger.release(job.id, this.#now())
    const { dropped, exists } = this.#artifacts
    while (exists && !dropped.isEmpty) {
      const keys = dropped.some(GARBAGE_PAGE_KEYS)
      await this.#ledger.takeOver(job.id, keys, this.#now())
      dropped.forget(keys)
    }
  }

  /** The files of the model, by their paths within its folder: the usual one, or else that of a logged model. */
  ofModel(registered: string | null): ModelFiles {
    const files = this.#filesIn(MODEL_FOLDER)
    const last = this.#runs.items.lastModel()
    const logged = last === null ? null : loggedModelFolder(last)
    const wanted = registered !== null && isLoggedModel(registered) ? registered : logged
    const folder = files.length > 0 ? null : wanted
    return folder === null ? { folder, files } : { folder, files: this.#filesIn(folder) }
  }

  /** Whether a client has logged to the run, and may have registered its model. */
  get hasRun(): boolean {
    return this.#runs.exists
  }

  #filesIn(folder: string): LedgerFile[] {
    const prefix = `${folder}/`
    return this.#artifacts
      .list(prefix, '', ARTIFACTS_PER_JOB_MAX)
      .map(({ path, size, sha256, type, key, isProven }) => {
        return { path: path.slice(prefix.length), size, sha256, type, key, isProven }
      })
  }

  #dropAbandoned({ id }: Job): void {
    const nowMs = this.#now()
    for (;;) {
      const upload = this.#artifacts.uploads.oldest()
      if (upload === null || upload.touchedMs + ARTIFACT_UPLOAD_MS > nowMs) return
      this.#artifacts.change(() => this.#artifacts.dropUpload(id, upload, nowMs))
    }
  }
}
