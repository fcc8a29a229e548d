import { z } from 'zod'
import { ACCESS_ROLES_MAX, CORS_ORIGINS_MAX, SECRET_LENGTH_MIN } from '../platform/limits.ts'
import { unlessChanged } from '../platform/unless-changed.ts'
import { personRoles, type Role } from '../shared/role.ts'

/** The vars and secrets that configure authentication; wrangler.toml and SECURITY.md explain each. */
export type AuthVars = {
  ADMIN_TOKEN?: string
  SESSION_SECRET?: string
  ACCESS_TEAM_DOMAIN?: string
  ACCESS_AUD?: string
  ACCESS_ROLES?: string
  ALLOW_ANYONE_ON_LOCALHOST?: string
  CORS_ORIGINS?: string
}

/** The team whose members Cloudflare Access authenticates, and the role of each. */
export type AccessSettings = { issuer: string; audience: string; roleOf: (email: string) => Role | null }

export type AuthSettings = {
  adminToken: string | null
  /** Signs session cookies. */
  sessionSecret: string | null
  access: AccessSettings | null
  /** Whether requests need no credential: nothing else is configured, and the request comes from this machine. */
  isOpen: boolean
  /** Other sites whose pages may call the API from a browser. */
  origins: ReadonlySet<string>
}

const optional = <T extends z.ZodType>(schema: T) =>
  z
    .literal('')
    .transform(() => null)
    .or(schema)
    .default(null as never)

const tooShort = `expected at least ${SECRET_LENGTH_MIN} characters`

// What an Authorization header can carry (RFC 6750, b64token).
const adminToken = z
  .string()
  .min(SECRET_LENGTH_MIN, tooShort)
  .regex(/^[A-Za-z0-9._~+/-]+=*$/, 'only A–Z, a–z, 0–9, - . _ ~ + / can be sent, and = at its end')

const issuer = z
  .string()
  .transform((text) => (text.includes('://') ? text.replace(/\/$/, '') : `https://${text}`))
  .refine((text) => URL.parse(text)?.origin === text && text.startsWith('https:'), 'expected a host name')

const roleEntry = /^(\*|[^\s@=]+)@([^\s@=]+)=(\w+)$/

const roleTable = z.string().transform((text, ctx) => {
  const entries = text.split(/[\s,]+/).filter((entry) => entry !== '')
  const table = new Map<string, Role>()
  for (const entry of entries) {
    const [, local, domain, role] = roleEntry.exec(entry.toLowerCase()) ?? []
    // A runner is a program, with a token of its own.
    const known = personRoles.find((one) => one === role)
    if (known !== undefined) table.set(`${local}@${domain}`, known)
    else ctx.addIssue(`Not an e-mail address, or *@domain, = ${personRoles.join(', ')}: an entry of it`)
  }
  if (table.size > ACCESS_ROLES_MAX) ctx.addIssue(`At most ${ACCESS_ROLES_MAX} entries`)
  return table
})

const origins = z.string().transform((text, ctx) => {
  const list = text.split(/[\s,]+/).filter((origin) => origin !== '')
  const isOrigin = (origin: string) => /^https?:/.test(origin) && URL.parse(origin)?.origin === origin
  if (!list.every(isOrigin)) ctx.addIssue('Not an origin, such as https://admin.example.org: an entry of it')
  if (list.length > CORS_ORIGINS_MAX) ctx.addIssue(`At most ${CORS_ORIGINS_MAX} origins`)
  return new Set(list)
})

const schema = z.object({
  ADMIN_TOKEN: optional(adminToken),
  SESSION_SECRET: optional(z.string().min(SECRET_LENGTH_MIN, tooShort)),
  ACCESS_TEAM_DOMAIN: optional(issuer),
  ACCESS_AUD: optional(z.string()),
  ACCESS_ROLES: optional(roleTable),
  ALLOW_ANYONE_ON_LOCALHOST: z.enum(['true', 'false', ''], 'expected true or false').default('false'),
  CORS_ORIGINS: origins.default(new Set<string>()),
})

/** The names of these vars. */
export const authVarNames: readonly string[] = Object.keys(schema.shape)

/** @throws Error naming the var that is not valid, never its value, which may be a secret */
const parse = unlessChanged(authVarNames, (vars: AuthVars) => {
  const parsed = schema.safeParse(vars)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new Error(`${issue?.path.join('.')} is not valid: ${issue?.message}. See wrangler.toml.`)
})

/**
 * The authentication settings in the given vars.
 *
 * @param isLocal whether the request comes from the machine on which this runs
 * @returns `null` when no request can be authenticated
 * @throws Error as `parse`
 */
export function readAuthSettings(vars: AuthVars, isLocal: boolean): AuthSettings | null {
  const { ADMIN_TOKEN, SESSION_SECRET, ACCESS_TEAM_DOMAIN, ACCESS_AUD, ACCESS_ROLES, ...others } = parse(vars)
  if ((ACCESS_TEAM_DOMAIN === null) !== (ACCESS_AUD === null)) {
    throw new Error('ACCESS_TEAM_DOMAIN and ACCESS_AUD go together: set both, or none. See wrangler.toml.')
  }
  const access =
    ACCESS_TEAM_DOMAIN === null || ACCESS_AUD === null
      ? null
      : { issuer: ACCESS_TEAM_DOMAIN, audience: ACCESS_AUD, roleOf: (email: string) => roleIn(ACCESS_ROLES, email) }
  const isConfigured = ADMIN_TOKEN !== null || access !== null
  const isOpen = !isConfigured && isLocal && others.ALLOW_ANYONE_ON_LOCALHOST === 'true'
  if (!isConfigured && !isOpen) return null
  return { adminToken: ADMIN_TOKEN, sessionSecret: SESSION_SECRET, access, isOpen, origins: others.CORS_ORIGINS }
}

/** The role of an address: its own entry takes precedence over its domain's. */
function roleIn(table: Map<string, Role> | null, email: string): Role | null {
  const address = email.toLowerCase()
  const at = address.lastIndexOf('@')
  // Access takes the address from an identity provider, and some let users choose it freely.
  if (at < 1) return null
  return table?.get(address) ?? table?.get(`*${address.slice(at)}`) ?? null
}
