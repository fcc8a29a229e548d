import { ARTIFACT_UPLOAD_MS, ARTIFACTS_PER_JOB_MAX } from '../../platform/limits.ts'
import { AFTER_ANY_CHARACTER, foldersOf } from '../../shared/artifact-path.ts'
import { type Artifact, type ArtifactTotals, MODEL_FOLDER, type NewArtifact } from '../rules/artifacts.ts'
import type { Checkpoint } from '../rules/attempt.ts'
import type { JobEvent } from '../rules/types.ts'
import { DroppedKeys } from './dropped-keys.ts'
import { artifactMigrations, migrate, migrations, tablesOf } from './migrations.ts'
import { type Upload, UploadStore } from './upload-store.ts'

/** A file as the object keeps it. */
export type StoredArtifact = Artifact & {
  /** Whether the digest was computed over its bytes; otherwise it was announced, and proven for each part. */
  isProven: boolean
  /** The id of the model version that owns it; `null`: none. */
  version: string | null
}

/** A registered checkpoint; `number`: in the order of registration, from 1. */
export type StoredCheckpoint = { path: string; step: number; number: number }

type Row = {
  path: string
  key: string
  size: number
  sha256: string
  type: string
  attempt: number | null
  created_ms: number
  is_proven: 0 | 1
  version: string | null
}

const columns = 'path, key, size, sha256, type, attempt, created_ms, is_proven, version'

/**
 * The tables of a job's files; with those of `uploads` and `dropped`, no other file names them. They are made with the first
 * file, so that other jobs pay no page for them. All changes are made in the transaction of the caller.
 */
export class ArtifactStore {
  readonly #storage: DurableObjectStorage
  /** What is being written to R2. */
  readonly uploads: UploadStore
  /** What is to be deleted from R2. */
  readonly dropped: DroppedKeys
  #exists: boolean

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage
    this.#exists = tablesOf(storage).has('artifacts')
    this.uploads = new UploadStore(storage)
    this.dropped = new DroppedKeys(storage)
    if (this.#exists) this.#load()
  }

  /** Whether the job has, or had, any file. */
  get exists(): boolean {
    return this.#exists
  }

  /** Runs changes in one transaction, with the tables there. */
  change<T>(work: () => T): T {
    return this.#storage.transactionSync(() => {
      if (!this.#exists) {
        migrate(this.#storage, [...migrations, ...artifactMigrations])
        this.#exists = true
      }
      return work()
    })
  }

  get totals(): ArtifactTotals {
    if (!this.#exists) return { files: 0, bytes: 0 }
    return this.#storage.sql.exec<ArtifactTotals>('SELECT files, bytes FROM artifact_totals').one()
  }

  /** A number for a key, never given before. */
  nextNumber(): number {
    const { sql } = this.#storage
    const { number } = sql.exec<{ number: number }>('SELECT next_key AS number FROM artifact_totals').one()
    sql.exec('UPDATE artifact_totals SET next_key = ?', number + 1)
    return number
  }

  find(path: string): StoredArtifact | null {
    if (!this.#exists) return null
    const rows = this.#storage.sql.exec<Row>(`SELECT ${columns} FROM artifacts WHERE path = ?`, path).toArray()
    return rows[0] === undefined ? null : artifactOf(rows[0])
  }

  /** The file whose bytes are under a key of this job. */
  findByKey(key: string): StoredArtifact | null {
    const rows = this.#storage.sql.exec<Row>(`SELECT ${columns} FROM artifacts WHERE key = ?`, key).toArray()
    return rows[0] === undefined ? null : artifactOf(rows[0])
  }

  /** Takes note that the bytes of a file have its digest. */
  prove(path: string, key: string): void {
    this.#storage.sql.exec('UPDATE artifacts SET is_proven = 1 WHERE path = ? AND key = ?', path, key)
  }

  /** Files whose path begins with a text, after a path, by path. */
  list(prefix: string, after: string, limit: number): StoredArtifact[] {
    if (!this.#exists) return []
    return this.#storage.sql
      .exec<Row>(
        `SELECT ${columns} FROM artifacts WHERE path >= ? AND path > ? AND path < ? ORDER BY path LIMIT ?`,
        prefix,
        after,
        prefix + AFTER_ANY_CHARACTER,
        limit,
      )
      .toArray()
      .map(artifactOf)
  }

  /** Makes a file readable in place of the one at its path, whose key is dropped. */
  put(file: StoredArtifact, nowMs: number): void {
    this.remove(file.path, nowMs)
    this.#storage.sql.exec(
      `INSERT INTO artifacts (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      file.path,
      file.key,
      file.size,
      file.sha256,
      file.type,
      file.attempt,
      file.createdMs,
      file.isProven ? 1 : 0,
      file.version,
    )
  }

  /** Removes a file, and drops its key unless a version owns it. */
  remove(path: string, nowMs: number): void {
    const file = this.find(path)
    if (file === null) return
    this.#storage.sql.exec('DELETE FROM artifacts WHERE path = ?', path)
    if (file.version === null) this.dropped.add(file.key, null, nowMs)
  }

  /** The registered checkpoints, oldest first. */
  checkpoints(): StoredCheckpoint[] {
    if (!this.#exists) return []
    return this.#storage.sql
      .exec<StoredCheckpoint>('SELECT path, step, number FROM checkpoints')
      .toArray()
      .sort((a, b) => a.number - b.number)
  }

  addCheckpoint({ path, step, number }: StoredCheckpoint): void {
    this.#storage.sql.exec('INSERT INTO checkpoints (path, step, number) VALUES (?, ?, ?)', path, step, number)
  }

  /** Whether a checkpoint is registered under this path at this step. */
  isRegistered({ path, step }: Checkpoint): boolean {
    return this.checkpoints().some((one) => one.path === path && one.step === step)
  }

  removeCheckpoint(path: string): void {
    this.#storage.sql.exec('DELETE FROM checkpoints WHERE path = ?', path)
  }

  hasFilesIn(folder: string): boolean {
    return this.find(folder) !== null || this.list(`${folder}/`, '', 1).length > 0
  }

  /** Whether no file system could hold a file at this path: another lies where one of its folders would, or below it. */
  isObstructed(path: string): boolean {
    return foldersOf(path).some((folder) => this.find(folder) !== null) || this.list(`${path}/`, '', 1).length > 0
  }

  /** The file at a path, and all that it contains as a folder. */
  filesIn(folder: string): StoredArtifact[] {
    return [this.find(folder) ?? [], this.list(`${folder}/`, '', ARTIFACTS_PER_JOB_MAX)].flat()
  }

  /** Drops an upload; what has come of it goes at `dueMs`, Unix ms. */
  dropUpload(jobId: string, upload: Upload, dueMs: number): void {
    this.uploads.remove(upload)
    this.dropped.add(keyOf(jobId, upload.number), upload.r2Id, dueMs)
  }

  /** What an event makes of the files: a completed model is its version's, and a deleted job has none. */
  follow(event: JobEvent, jobId: string, nowMs: number): void {
    if (!this.#exists) return
    if (event.type === 'deleted') this.dropAll(jobId, nowMs)
    if (event.type === 'completed') {
      // Of one that was deleted since, its files went with it.
      const owner = event.version?.id ?? 'deleted'
      this.#storage.sql.exec(
        'UPDATE artifacts SET version = ?1 WHERE path >= ?2 AND path < ?3',
        owner,
        `${event.folder ?? MODEL_FOLDER}/`,
        `${event.folder ?? MODEL_FOLDER}/${AFTER_ANY_CHARACTER}`,
      )
    }
  }

  /** Drops everything but what a version owns: the job is deleted. Requests may still write to its keys. */
  dropAll(jobId: string, nowMs: number): void {
    const { sql } = this.#storage
    for (const upload of this.uploads.all()) {
      // Once a multipart upload is aborted, nothing can come any more.
      this.dropUpload(jobId, upload, upload.r2Id === null ? upload.touchedMs + ARTIFACT_UPLOAD_MS : nowMs)
    }
    sql.exec(
      `INSERT INTO dropped_keys (key, due_ms) SELECT key, ? FROM artifacts WHERE version IS NULL
       ON CONFLICT (key) DO NOTHING`,
      nowMs,
    )
    sql.exec('DELETE FROM artifacts')
    sql.exec('DELETE FROM checkpoints')
    this.dropped.changed()
  }

  #load(): void {
    migrate(this.#storage, [...migrations, ...artifactMigrations])
  }
}

/** Keys are never derived from a path, and never given again. */
export const keyOf = (jobId: string, number: number): string => `jobs/${jobId}/${number}`

function artifactOf({ created_ms, is_proven, ...row }: Row): StoredArtifact {
  return { ...row, createdMs: created_ms, isProven: is_proven === 1 }
}

/** What an upload becomes once all of its bytes are there. */
export const fileOf = (file: NewArtifact, key: string, attempt: number | null, sha256: string, nowMs: number) => ({
  path: file.path,
  key,
  size: file.size,
  sha256,
  type: file.type,
  attempt,
  createdMs: nowMs,
})
