import type { Role } from '../shared/role.ts'

/**
 * By what somebody was let in: an API token (the secret ADMIN_TOKEN is one, too), a session that was opened with one,
 * Cloudflare Access, or the local opening.
 */
export const credentialKinds = ['token', 'session', 'access', 'local'] as const

/** Who asks, and what he may. */
export type Credential = {
  kind: (typeof credentialKinds)[number]
  /** What people call it: the token's name, the e-mail address. */
  name: string
  /** Names it in the event log and in logs, and is what limits are counted for: no two credentials share it. */
  actor: string
  role: Role
  /** Unix ms; `null`: it does not expire by itself. */
  expiresMs: number | null
  /** The API token that it is, or that its session was opened with; `null`: none that could be revoked. */
  tokenId: number | null
}
