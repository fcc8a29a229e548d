import { cutKeysetPage, type Page } from '../platform/keyset-page.ts'
import { TOKEN_USE_INTERVAL_MS, TOKENS_MAX } from '../platform/limits.ts'
import type { Role } from '../shared/role.ts'

/** An API token as stored: everything except the token itself. Times are Unix ms. */
export type StoredToken = {
  id: number
  name: string
  role: Role
  created_ms: number
  created_by: string
  expires_ms: number | null
  last_used_ms: number | null
}

export type NewToken = Pick<StoredToken, 'name' | 'role' | 'created_ms' | 'created_by' | 'expires_ms'> & {
  hash: string
}

const columns = 'id, name, role, created_ms, created_by, expires_ms, last_used_ms'

/** The API tokens in D1. */
export function tokenStore(db: D1Database) {
  /** Stores a new token, unless its name is taken or there are TOKENS_MAX. */
  async function add(token: NewToken): Promise<StoredToken | 'name_taken' | 'too_many'> {
    const { hash, name, role, created_ms, created_by, expires_ms } = token
    const created = await db
      .prepare(
        `INSERT INTO api_tokens (hash, name, role, created_ms, created_by, expires_ms)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE (SELECT count(*) FROM api_tokens) < ?7
         ON CONFLICT (name) DO NOTHING RETURNING ${columns}`,
      )
      .bind(hash, name, role, created_ms, created_by, expires_ms, TOKENS_MAX)
      .first<StoredToken>()
    if (created !== null) return created
    const namesake = await db.prepare('SELECT 1 FROM api_tokens WHERE name = ?').bind(name).first()
    return namesake === null ? 'too_many' : 'name_taken'
  }

  function findByHash(hash: string): Promise<StoredToken | null> {
    return db.prepare(`SELECT ${columns} FROM api_tokens WHERE hash = ?`).bind(hash).first()
  }

  function find(id: number): Promise<StoredToken | null> {
    return db.prepare(`SELECT ${columns} FROM api_tokens WHERE id = ?`).bind(id).first()
  }

  /** A page of tokens, newest first, with ids below `before`. */
  async function list(before: number, limit: number): Promise<Page<StoredToken, number>> {
    const { results } = await db
      .prepare(`SELECT ${columns} FROM api_tokens WHERE id < ? ORDER BY id DESC LIMIT ?`)
      .bind(before, limit + 1)
      .all<StoredToken>()
    return cutKeysetPage(results, limit, (token) => token.id)
  }

  /** @returns the token's name; `null` when there is no such token */
  async function revoke(id: number): Promise<string | null> {
    return db.prepare('DELETE FROM api_tokens WHERE id = ? RETURNING name').bind(id).first<string>('name')
  }

  /** Records that a token was used, unless a use was recorded within TOKEN_USE_INTERVAL_MS. */
  async function recordUse(id: number, nowMs: number): Promise<void> {
    await db
      .prepare(
        'UPDATE api_tokens SET last_used_ms = ?2 WHERE id = ?1 AND (last_used_ms IS NULL OR last_used_ms <= ?2 - ?3)',
      )
      .bind(id, nowMs, TOKEN_USE_INTERVAL_MS)
      .run()
  }

  /** Those of the given tokens that have been revoked. */
  async function revokedAmong(ids: readonly number[]): Promise<Set<number>> {
    const { results } = await db
      .prepare('SELECT id FROM api_tokens WHERE id IN (SELECT value FROM json_each(?))')
      .bind(JSON.stringify(ids))
      .all<{ id: number }>()
    const existing = new Set(results.map(({ id }) => id))
    return new Set(ids.filter((id) => !existing.has(id)))
  }

  return { add, findByHash, find, list, revoke, recordUse, revokedAmong }
}
