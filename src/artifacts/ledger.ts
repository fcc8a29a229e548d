import { D1_VALUE_BYTES_MAX } from '../platform/limits.ts'

/** A key whose bytes are to go. `r2Id`: of a multipart upload that is to be aborted; `dueMs`: not before, Unix ms. */
export type DroppedKey = { key: string; r2Id: string | null; dueMs: number }

/** A file that a model version owns, or that a job holds of another one. */
export type LedgerFile = {
  path: string
  size: number
  sha256: string
  type: string
  key: string
  /** Whether the digest was computed over its bytes. Nobody's file is replaced by one that was only announced. */
  isProven: boolean
}

/** A file's row, as it is read. */
type FileRow = Omit<LedgerFile, 'isProven'> & { is_proven: 0 | 1 }

const fileOf = ({ is_proven, ...file }: FileRow): LedgerFile => ({ ...file, isProven: is_proven === 1 })

/** Where a file of another version is to be: its path, and its path there. */
export type PathOfOther = { path: string; ofPath: string }

/** The columns of a file, by the value of `json_each`. */
const fileValues = "value ->> 'path', value ->> 'size', value ->> 'sha256', value ->> 'type'"

/** The files of versions that are known to have the content of the value of `json_each`. */
const equalFile = `FROM version_files AS equal WHERE equal.is_proven = 1
  AND equal.sha256 = value ->> 'sha256' AND equal.size = value ->> 'size'`

/** Whether somebody beside the job that wrote it has a key. */
const owned = (key: string) =>
  `(EXISTS (SELECT 1 FROM version_files WHERE version_files.key = ${key})
    OR EXISTS (SELECT 1 FROM held_files WHERE held_files.key = ${key}))`

/**
 * What of R2 D1 knows: which keys are to go, and who else has one. A key is deleted once the job that wrote it has dropped
 * it, and no model version owns it, and no other job holds it. Nobody comes to have a key that is due.
 */
export type Ledger = ReturnType<typeof ledger>

export function ledger(db: D1Database) {
  /** Takes over keys that a job has dropped: its own are to go, those of others it no longer holds. Repeatable. */
  async function takeOver(jobId: string, keys: readonly DroppedKey[], nowMs: number): Promise<void> {
    const list = JSON.stringify(keys)
    await db.batch([
      db
        .prepare(`DELETE FROM held_files WHERE job_id = ? AND key IN (SELECT value ->> 'key' FROM json_each(?))`)
        .bind(jobId, list),
      db
        .prepare(
          `INSERT INTO garbage (key, r2_id, due_ms)
           SELECT value ->> 'key', value ->> 'r2Id', iif(${owned("value ->> 'key'")}, NULL, value ->> 'dueMs')
           FROM json_each(?2) WHERE value ->> 'key' GLOB 'jobs/' || ?1 || '/*'
           ON CONFLICT (key) DO NOTHING`,
        )
        .bind(jobId, list),
      db
        .prepare(
          `UPDATE garbage SET due_ms = ?2 WHERE due_ms IS NULL AND NOT ${owned('garbage.key')}
             AND key IN (SELECT value ->> 'key' FROM json_each(?1))`,
        )
        .bind(list, nowMs),
    ])
  }

  /** What a sweep is to do, the longest due first: keys to delete, and jobs that were not registered in time. */
  async function due(
    nowMs: number,
    keysMax: number,
    holdsMax: number,
  ): Promise<{ keys: DroppedKey[]; holds: string[] }> {
    const [keys, holds] = await db.batch([
      db
        .prepare(
          `SELECT key, r2_id AS r2Id, due_ms AS dueMs FROM garbage INDEXED BY garbage_due
           WHERE due_ms <= ? ORDER BY due_ms LIMIT ?`,
        )
        .bind(nowMs, keysMax),
      db
        .prepare('SELECT job_id AS id FROM pending_holds WHERE until_ms <= ? ORDER BY until_ms LIMIT ?')
        .bind(nowMs, holdsMax),
    ])
    return {
      keys: (keys?.results ?? []) as DroppedKey[],
      holds: ((holds?.results ?? []) as { id: string }[]).map(({ id }) => id),
    }
  }

  /** Forgets keys that are deleted. */
  async function forget(keys: readonly DroppedKey[]): Promise<void> {
    await db
      .prepare('DELETE FROM garbage WHERE key IN (SELECT value FROM json_each(?))')
      .bind(JSON.stringify(keys.map(({ key }) => key)))
      .run()
  }

  /**
   * The statements that make files those of a version. One that equals a file of another version is stored there, and its own
   * key is to go. The job no longer has any of the keys.
   *
   * @param when whether they do anything: ?1 is the version, ?2 the job
   */
  function registration(versionId: string, jobId: string, files: readonly LedgerFile[], nowMs: number, when: string) {
    return chunksOf(files).flatMap((list) => [
      fileStatement(versionId, jobId, list, when),
      db
        .prepare(
          `INSERT INTO garbage (key, due_ms)
           SELECT value ->> 'key', iif(${owned("value ->> 'key'")}, NULL, ?4) FROM json_each(?3)
           WHERE ${when} AND value ->> 'key' GLOB 'jobs/' || ?2 || '/*' ON CONFLICT (key) DO NOTHING`,
        )
        .bind(versionId, jobId, list, nowMs),
    ])
  }

  const fileStatement = (versionId: string, jobId: string, list: string, when: string): D1PreparedStatement =>
    db
      .prepare(
        `INSERT INTO version_files (version_id, path, size, sha256, type, key, is_proven)
         SELECT ?1, ${fileValues}, coalesce((SELECT key ${equalFile} LIMIT 1), value ->> 'key'),
           EXISTS (SELECT 1 ${equalFile}) OR value ->> 'isProven'
         FROM json_each(?3)
         WHERE ${when} ON CONFLICT (version_id, path) DO NOTHING`,
      )
      .bind(versionId, jobId, list)

  /**
   * The statements by which a version has files that their job goes on having.
   *
   * @param when whether they do anything: ?1 is the version, ?2 the job
   */
  const share = (versionId: string, jobId: string, files: readonly LedgerFile[], when: string) =>
    chunksOf(files).map((list) => fileStatement(versionId, jobId, list, when))

  /**
   * The statements by which a version also has files of another one, by their paths in both.
   *
   * @param when whether they do anything: ?1 is the version, ?2 the other one
   */
  const shareOf = (versionId: string, otherId: string, files: readonly PathOfOther[], when: string) =>
    chunksOf(files).map((list) =>
      db
        .prepare(
          `INSERT INTO version_files (version_id, path, size, sha256, type, key, is_proven)
           SELECT ?1, value ->> 'path', other.size, other.sha256, other.type, other.key, other.is_proven
           FROM json_each(?3) JOIN version_files AS other ON other.version_id = ?2 AND other.path = value ->> 'ofPath'
           WHERE ${when} ON CONFLICT (version_id, path) DO NOTHING`,
        )
        .bind(versionId, otherId, list),
    )

  /** The statement by which a version also has all files of another one. @param when see `shareOf` */
  const shareAll = (versionId: string, otherId: string, when: string): D1PreparedStatement =>
    db
      .prepare(
        `INSERT INTO version_files (version_id, path, size, sha256, type, key, is_proven)
         SELECT ?1, path, size, sha256, type, key, is_proven FROM version_files AS other
         WHERE other.version_id = ?2 AND ${when} ON CONFLICT (version_id, path) DO NOTHING`,
      )
      .bind(versionId, otherId)

  /**
   * The statements by which the versions of a name, which are about to be deleted, give up their files.
   *
   * @param versions SQL of their ids: ?1 is the name
   */
  const releaseVersions = (versions: string, name: string, nowMs: number): D1PreparedStatement[] => [
    db
      .prepare(
        `UPDATE garbage SET due_ms = ?2 WHERE due_ms IS NULL
           AND key IN (SELECT key FROM version_files WHERE version_id IN ${versions})
           AND NOT EXISTS (SELECT 1 FROM held_files WHERE held_files.key = garbage.key)
           AND NOT EXISTS (
             SELECT 1 FROM version_files WHERE version_files.key = garbage.key AND version_id NOT IN ${versions})`,
      )
      .bind(name, nowMs),
    db.prepare(`DELETE FROM version_files WHERE version_id IN ${versions}`).bind(name),
  ]

  /**
   * The statements by which a version gives up its files.
   *
   * @param when whether they do anything: ?1 is the version
   */
  function releaseVersion(versionId: string, nowMs: number, when: string): D1PreparedStatement[] {
    return [
      db
        .prepare(
          `UPDATE garbage SET due_ms = ?2 WHERE due_ms IS NULL AND ${when}
             AND key IN (SELECT key FROM version_files WHERE version_id = ?1)
             AND NOT EXISTS (SELECT 1 FROM held_files WHERE held_files.key = garbage.key)
             AND NOT EXISTS (SELECT 1 FROM version_files WHERE version_files.key = garbage.key AND version_id <> ?1)`,
        )
        .bind(versionId, nowMs),
      db.prepare(`DELETE FROM version_files WHERE version_id = ?1 AND ${when}`).bind(versionId),
    ]
  }

  /** Files of a version after a path, by path. */
  async function versionFiles(versionId: string, after: string, limit: number): Promise<LedgerFile[]> {
    const { results } = await db
      .prepare(
        `SELECT path, size, sha256, type, key, is_proven FROM version_files
         WHERE version_id = ? AND path > ? ORDER BY path LIMIT ?`,
      )
      .bind(versionId, after, limit)
      .all<FileRow>()
    return results.map(fileOf)
  }

  /** A file of a version; `null`: it has none at this path. */
  async function versionFile(versionId: string, path: string): Promise<LedgerFile | null> {
    const row = await db
      .prepare('SELECT path, size, sha256, type, key, is_proven FROM version_files WHERE version_id = ? AND path = ?')
      .bind(versionId, path)
      .first<FileRow>()
    return row && fileOf(row)
  }

  /** Holds files for a job that is to be registered until then, Unix ms. */
  async function hold(jobId: string, files: readonly LedgerFile[], untilMs: number): Promise<void> {
    await db.batch([
      db.prepare('INSERT INTO pending_holds (job_id, until_ms) VALUES (?, ?)').bind(jobId, untilMs),
      ...chunksOf(files).map((list) =>
        db
          .prepare(
            `INSERT INTO held_files (job_id, path, size, sha256, type, key, is_proven)
             SELECT ?1, ${fileValues}, value ->> 'key', value ->> 'isProven' FROM json_each(?2)`,
          )
          .bind(jobId, list),
      ),
    ])
  }

  /** The statement that keeps what is held for a job. @param when whether it does anything: ?1 is the job */
  const confirmHold = (jobId: string, when: string): D1PreparedStatement =>
    db.prepare(`DELETE FROM pending_holds WHERE job_id = ?1 AND ${when}`).bind(jobId)

  /** The files that are held for a job. */
  async function held(jobId: string): Promise<LedgerFile[]> {
    const { results } = await db
      .prepare('SELECT path, size, sha256, type, key, is_proven FROM held_files WHERE job_id = ?')
      .bind(jobId)
      .all<FileRow>()
    return results.map(fileOf)
  }

  /** Releases everything that is held for a job. */
  async function release(jobId: string, nowMs: number): Promise<void> {
    await db.batch([
      db
        .prepare(
          `UPDATE garbage SET due_ms = ?2 WHERE due_ms IS NULL
             AND key IN (SELECT key FROM held_files WHERE job_id = ?1)
             AND NOT EXISTS (SELECT 1 FROM version_files WHERE version_files.key = garbage.key)
             AND NOT EXISTS (SELECT 1 FROM held_files WHERE held_files.key = garbage.key AND job_id <> ?1)`,
        )
        .bind(jobId, nowMs),
      db.prepare('DELETE FROM held_files WHERE job_id = ?').bind(jobId),
      db.prepare('DELETE FROM pending_holds WHERE job_id = ?').bind(jobId),
    ])
  }

  /** Takes note that the bytes under a key have their digest. */
  async function prove(key: string): Promise<void> {
    await db.prepare('UPDATE version_files SET is_proven = 1 WHERE key = ?').bind(key).run()
  }

  return {
    ...{ takeOver, due, forget, prove },
    ...{ registration, share, shareOf, shareAll, releaseVersion, releaseVersions, versionFiles, versionFile },
    ...{ hold, confirmHold, held, release },
  }
}

/** Files in JSON, as many in one text as D1 takes. */
export function chunksOf(files: readonly object[]): string[] {
  const chunks: string[] = []
  let open: string[] = []
  let bytes = 0
  for (const file of files) {
    const text = JSON.stringify(file)
    // A character of UTF-16 has at most three bytes in UTF-8.
    if (bytes + 3 * text.length > D1_VALUE_BYTES_MAX) {
      chunks.push(`[${open.join(',')}]`)
      open = []
      bytes = 0
    }
    open.push(text)
    bytes += 3 * text.length
  }
  return open.length === 0 ? chunks : [...chunks, `[${open.join(',')}]`]
}
