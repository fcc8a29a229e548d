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
