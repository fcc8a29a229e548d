import { findArtifact, openArtifact } from '../../src/jobs/artifacts.ts'
import type { StoredArtifact } from '../../src/jobs/object/artifact-store.ts'
import type { Asker, Refused } from '../../src/jobs/object/artifacts.ts'
import type { UploadRequest } from '../../src/jobs/object/uploads.ts'
import type { Register } from './d1.ts'
import { type Ledger, name } from './ledger.ts'
import { type Bucket, sha256Of } from './r2.ts'
import type { Disk } from './storage.ts'

/** A file as far as it is checked. */
type Listed = Pick<StoredArtifact, 'path' | 'key' | 'size' | 'sha256'>

/** Holds the files of a run against promises 17 and 18. */
export class FileChecks {
  readonly #ledger: Ledger
  readonly #register: Register
  readonly #bucket: Bucket
  /** The files of each checkpoint that were there when a runner registered it, by its folder. */
  readonly #checkpoints = new Map<string, readonly string[]>()
  /** R2's ids of the multipart uploads that jobs know. */
  readonly #knownUploads = new Set<string>()

  constructor(ledger: Ledger, register: Register, bucket: Bucket) {
    this.#ledger = ledger
    this.#register = register
    this.#bucket = bucket
    bucket.deleting = (key) => this.#deleting(key)
  }

  /** What D1 has lost may have been the owners of files. */
  break(promise: 17 | 18, what: string): void {
    if (this.#ledger.losses === 0) this.#ledger.break(`promise ${promise}: ${what}`)
  }

  /** The checkpoints that runners have saved, oldest first. */
  readonly saved: { job: string; step: number }[] = []

  /** A runner is about to register a checkpoint. */
  registers(job: string, step: number, folder: string, paths: readonly string[]): void {
    if (this.#checkpoints.has(folder)) return
    this.#checkpoints.set(folder, paths)
    this.saved.push({ job, step })
  }

  checkpoint(folder: string): readonly string[] {
    return this.#checkpoints.get(folder) ?? []
  }

  /** An object has answered: each file that it shows must be whole. */
  answered(id: string, method: string, args: unknown[], answer: unknown): void {
    if (!(answer instanceof Object)) return
    const shown = answer as Partial<StoredArtifact> & { file?: StoredArtifact; upload?: { r2Id?: string } }
    if (method === 'artifact' && shown.key !== undefined) this.#checkWhole(id, answer as StoredArtifact)
    else if (method === 'artifacts' && Array.isArray(answer)) for (const file of answer) this.#checkWhole(id, file)
    else if (shown.file !== undefined) this.#checkWhole(id, shown.file)
    const request = args[1] as UploadRequest
    if (method === 'changeUpload' && request.ask === 'begun' && shown.upload?.r2Id === request.r2Id)
      this.#knownUploads.add(request.r2Id)
  }

  /** That of a completed model is where its version has it. */
  #checkWhole(id: string, file: Listed & { version?: string | null }): void {
    const what = file.version == null ? this.#wrongWith(file) : null
    if (what !== null) this.break(17, `${name(id)} shows ${what}`)
  }

  /** What is wrong with the bytes of a file; `null`: nothing. */
  #wrongWith({ path, key, size, sha256 }: Listed): string | null {
    const bytes = this.#bucket.objects.get(key)
    if (bytes === undefined) return `${path}, of which R2 has no bytes`
    return bytes.length === size && sha256Of(bytes) === sha256 ? null : `${path}, which has other bytes in R2`
  }

  /** No key is deleted that a version or a job has. A job that was never registered has none: what it holds is released. */
  #deleting(key: string): void {
    const owners = `SELECT version_id AS owner FROM version_files WHERE key = ?1
      UNION SELECT job_id FROM held_files WHERE key = ?1 AND job_id IN (SELECT id FROM jobs)`
    const [owned] = this.#register.execute(owners, [key]).results
    if (owned !== undefined) this.break(17, `${key} is deleted, and ${name(owned.owner as string)} has it`)
  }

  /** At the end, R2 has what living jobs and versions have, and nothing else; of deleted jobs, their ids are left. */
  check(disks: ReadonlyMap<string, Disk>): void {
    const owned = new Set<string>()
    for (const [id, disk] of disks) for (const key of this.#checkJob(id, disk)) owned.add(key)
    const files = this.#register.execute('SELECT path, key, size, sha256 FROM version_files', []).results
    for (const file of files as Listed[]) {
      owned.add(file.key)
      const what = this.#wrongWith(file)
      if (what !== null) this.break(17, `a version has ${what}`)
    }
    for (const { key, job_id } of this.#register.execute('SELECT key, job_id FROM held_files', []).results) {
      owned.add(key as string)
      const [job] = this.#register.execute('SELECT 1 FROM jobs WHERE id = ?', [job_id as string]).results
      if (job === undefined) this.break(18, `${key} is held for ${name(job_id as string)}, which does not exist`)
    }
    for (const key of owned) if (!this.#bucket.objects.has(key)) this.break(17, `${key} is owned, and not in R2`)
    for (const key of this.#bucket.objects.keys()) if (!owned.has(key)) this.break(18, `nobody owns ${key}`)
    for (const [id, { key }] of this.#bucket.uploads)
      if (this.#knownUploads.has(id)) this.break(18, `a multipart upload of ${key} is left open`)
    for (const { key, due_ms } of this.#register.execute('SELECT key, due_ms FROM garbage', []).results)
      if (due_ms !== null || !owned.has(key as string)) this.break(18, `${key} is still to be deleted`)
    const holds = this.#register.execute('SELECT job_id FROM pending_holds', []).results
    if (holds.length > 0) this.break(18, 'files are held for a job that was not registered')
  }

  /** @returns the keys that a job has */
  #checkJob(id: string, { db }: Disk): string[] {
    const master = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
    const tables = db
      .prepare(master)
      .all()
      .map(({ name: table }) => table as string)
    if (this.#ledger.entry(id).erased) {
      if (tables.some((table) => table !== 'tombstone')) this.break(18, `of ${name(id)} are left: ${tables}`)
      return []
    }
    if (!tables.includes('artifacts')) return []
    for (const table of ['uploads', 'dropped_keys'])
      if (db.prepare(`SELECT 1 FROM ${table}`).get() !== undefined) this.break(18, `${name(id)} has ${table} for ever`)
    const files = db.prepare('SELECT path, key, size, sha256 FROM artifacts WHERE version IS NULL').all()
    for (const file of files as Listed[]) this.#checkWhole(id, file)
    return files.map(({ key }) => key as string)
  }
}

/** Reads a file as its readers do. `broken`: what is wrong with it; none: it is whole. */
export async function readWhole(
  env: Env,
  id: string,
  asker: Asker,
  path: string,
): Promise<Refused | { broken: string } | { whole: true }> {
  const file = await findArtifact(env, id, asker, path)
  if ('reason' in file) return file
  const body = await openArtifact(env, file)
  const chunks: Uint8Array[] = []
  for await (const chunk of body ?? []) chunks.push(chunk)
  if (sha256Of(Buffer.concat(chunks)) === file.sha256) return { whole: true }
  // It may have been deleted or replaced in between.
  const again = await findArtifact(env, id, asker, path)
  if ('reason' in again) return again
  return again.key === file.key ? { broken: `${path} is ${body === null ? 'gone' : 'not whole'}` } : { whole: true }
}
