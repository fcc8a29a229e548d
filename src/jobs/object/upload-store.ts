import type { NewArtifact } from '../rules/artifacts.ts'

/** Something that is being written to R2. */
export type Upload = NewArtifact & {
  /** The last part of its key. */
  number: number
  /** The attempt that writes it; `null`: an operator does. */
  attempt: number | null
  /** Bytes of each part but the last; `null`: it comes in one request. */
  partSize: number | null
  /** R2's id of the multipart upload; `null`: there is none yet. */
  r2Id: string | null
  /** When it was begun, or last got a part, Unix ms. */
  touchedMs: number
}

/** A part that has come. */
export type UploadedPart = { number: number; sha256: string; etag: string }

type Row = {
  number: number
  path: string
  size: number
  sha256: string | null
  type: string
  attempt: number | null
  part_size: number | null
  r2_id: string | null
  touched_ms: number
}

const columns = 'number, path, size, sha256, type, attempt, part_size, r2_id, touched_ms'

/** The uploads of a job, and their parts. */
export class UploadStore {
  readonly #storage: DurableObjectStorage
  /** When the oldest was last touched, Unix ms; `null`: there is none; undefined: to be read. */
  #oldestMs: number | null | undefined
  #count: number | undefined

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage
  }

  /** When the oldest upload was last touched, Unix ms; `null`: there is none. */
  get oldestMs(): number | null {
    if (this.#oldestMs === undefined) this.#oldestMs = this.oldest()?.touchedMs ?? null
    return this.#oldestMs
  }

  get count(): number {
    this.#count ??= this.#storage.sql.exec<{ count: number }>('SELECT count(*) AS count FROM uploads').one().count
    return this.#count
  }

  add(upload: Upload): void {
    this.#forget()
    const { number, path, size, sha256, type, attempt, partSize, r2Id, touchedMs } = upload
    this.#storage.sql.exec(
      `INSERT INTO uploads (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[number, path, size, sha256, type, attempt, partSize, r2Id, touchedMs],
    )
  }

  find(number: number): Upload | null {
    return this.#read('WHERE number = ?', number)[0] ?? null
  }

  /** The upload in parts of this content to this path; `null`: none. */
  inParts(path: string, sha256: string): Upload | null {
    return this.#read('WHERE path = ? AND sha256 = ? AND part_size IS NOT NULL LIMIT 1', path, sha256)[0] ?? null
  }

  /** Takes note of R2's id. */
  begun(number: number, r2Id: string): void {
    this.#storage.sql.exec('UPDATE uploads SET r2_id = ? WHERE number = ?', r2Id, number)
  }

  /** The parts that have come, by number. */
  parts(upload: number): UploadedPart[] {
    return this.#storage.sql
      .exec<UploadedPart>('SELECT number, sha256, etag FROM upload_parts WHERE upload = ? ORDER BY number', upload)
      .toArray()
  }

  part(upload: number, number: number): UploadedPart | null {
    const rows = this.#storage.sql.exec<UploadedPart>(
      'SELECT number, sha256, etag FROM upload_parts WHERE upload = ? AND number = ?',
      ...[upload, number],
    )
    return rows.toArray()[0] ?? null
  }

  /** Takes note of a part, in place of one that came before. */
  addPart(upload: number, { number, sha256, etag }: UploadedPart, nowMs: number): void {
    this.#forget()
    this.#storage.sql.exec(
      `INSERT INTO upload_parts (upload, number, sha256, etag) VALUES (?, ?, ?, ?)
       ON CONFLICT (upload, number) DO UPDATE SET sha256 = excluded.sha256, etag = excluded.etag`,
      ...[upload, number, sha256, etag],
    )
    this.#storage.sql.exec('UPDATE uploads SET touched_ms = ? WHERE number = ?', nowMs, upload)
  }

  /** The upload that was last touched first. */
  oldest(): Upload | null {
    return this.#read('ORDER BY touched_ms LIMIT 1')[0] ?? null
  }

  all(): Upload[] {
    return this.#read('ORDER BY number')
  }

  remove({ number }: Upload): void {
    this.#forget()
    this.#storage.sql.exec('DELETE FROM uploads WHERE number = ?', number)
    this.#storage.sql.exec('DELETE FROM upload_parts WHERE upload = ?', number)
  }

  #forget(): void {
    this.#oldestMs = undefined
    this.#count = undefined
  }

  #read(which: string, ...values: (string | number)[]): Upload[] {
    return this.#storage.sql
      .exec<Row>(`SELECT ${columns} FROM uploads ${which}`, ...values)
      .toArray()
      .map(({ part_size, r2_id, touched_ms, ...row }) => ({
        ...row,
        partSize: part_size,
        r2Id: r2_id,
        touchedMs: touched_ms,
      }))
  }
}
