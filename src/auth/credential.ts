import type { Role } from '../shared/role.ts'

/** How a request was authenticated: API token (or ADMIN_TOKEN), session opened with one, Access, or local access. */
export const credentialKinds = ['token', 'session', 'access', 'local'] as const

/** The authenticated caller and their role. */
export type Credential = {
  kind: (typeof credentialKinds)[number]
  /** For display: the token's name or the e-mail address. */
  name: string
  /** Unique to the credential: identifies it in the event log and in logs, and is the key of its limits. */
  actor: string
  role: Role
  /** Unix ms; `null`: it does not expire by itself. */
  expiresMs: number | null
  /** The API token itself, or the one that opened the session; `null` when there is none to revoke. */
  tokenId: number | null
}
