import type { Role } from '../shared/role.ts'

/** How a person or program was authenticated: API token (or ADMIN_TOKEN), session opened with one, Access, or local access. */
export const credentialKinds = ['token', 'session', 'access', 'local'] as const

type Caller = {
  /** For display: the token's name or the e-mail address. */
  name: string
  /** Identifies the credential in the event log and in logs, and is the key of its limits. */
  actor: string
  /** Unix ms; `null`: it does not expire by itself. */
  expiresMs: number | null
  /** The API token itself, or the one that opened the session; `null` when there is none to revoke. */
  tokenId: number | null
}

/** An authenticated caller with a role. */
export type RoleCredential = Caller & { kind: (typeof credentialKinds)[number]; role: Role; jobToken?: never }

/**
 * The token of an attempt at a job, with its SHA-256. Only its format has been checked: the job's object knows whether it
 * is valid, so the operation must ask it before it does or tells anything.
 */
export type JobCredential = Caller & { kind: 'job'; jobToken: { jobId: string; hash: string } }

/** The caller of a request. */
export type Credential = RoleCredential | JobCredential
