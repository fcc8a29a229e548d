import { z } from '@hono/zod-openapi'
import { instant } from '../http/instant.ts'
import { nameSchema } from '../http/name.ts'
import { cursorParam, limitParam } from '../http/pagination.ts'
import { TOKEN_LENGTH_MAX, TOKEN_NAME_LENGTH_MAX } from '../platform/limits.ts'
import { roles } from '../shared/role.ts'
import { credentialKinds } from './credential.ts'

const Role = z.enum(roles).openapi('Role', {
  description:
    'Permissions: `viewer` can read; `operator` can also create and control jobs, run OCR and edit the dataset; ' +
    '`admin` can also delete jobs and versions, activate versions, and manage tokens; `runner` can only claim jobs, which ' +
    'otherwise only `admin` can',
})

const name = {
  example: 'ci-bot',
  description: 'Name of the token, shown in the event logs of jobs; unique',
}

// Normalized: two names that look alike could not be told apart in the event log.
const TokenName = nameSchema(TOKEN_NAME_LENGTH_MAX, name)

/** The latest instant that RFC 3339 can express in UTC. */
const latestMs = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/** The body of `POST /tokens`. */
export const TokenInput = z
  .strictObject({
    name: TokenName,
    role: Role,
    expires_at: z.iso
      .datetime({ offset: true })
      // With an offset, the year 9999 can exceed it.
      .refine(
        (text) => !(Date.parse(text) > latestMs),
        'Too far in the future; leave it out for a token without expiry',
      )
      .nullable()
      .default(null)
      .openapi({
        example: '2030-01-01T00:00:00Z',
        description: 'When it expires; null: never',
      }),
  })
  .openapi('TokenInput', { description: 'Name, role and expiry of a new token' })

/** An API token in answers: everything except the token itself. */
export const ApiToken = z
  .object({
    id: z.string().openapi({ example: '3', description: 'Id of the token, for revoking it' }),
    name: z.string().openapi(name),
    role: Role,
    created_at: instant('When it was created'),
    created_by: z.string().openapi({ example: 'admin', description: 'Who created it' }),
    expires_at: instant('When it expires; null: never').nullable(),
    last_used_at: instant('When it was last used, accurate to an hour; null: never').nullable(),
  })
  .openapi('ApiToken', { description: 'An API token, without the token itself' })

/** The answer to `POST /tokens`, the only one that contains the token. */
export const NewApiToken = ApiToken.extend({
  token: z.string().openapi({
    example: 'stw_0000000000000000000000000000000000000000000',
    description: 'The token itself; it is not stored and cannot be shown again',
  }),
}).openapi('NewApiToken', { description: 'An API token, with the token itself' })

export const TokenIdParam = z.object({
  id: z
    .string()
    .regex(/^[1-9]\d{0,14}$/, 'Not the id of a token')
    .openapi({ param: { name: 'id', in: 'path', description: 'The id of a token' }, example: '3' }),
})

export const TokenListQuery = z.object({ limit: limitParam, cursor: cursorParam(/^\d{1,15}$/).optional() })

/** The body of `POST /session`. */
export const SignIn = z
  .strictObject({
    token: z
      .string()
      .min(1, 'A token is required')
      .max(TOKEN_LENGTH_MAX, 'Not a valid token')
      .openapi({ example: 'stw_0000000000000000000000000000000000000000000', description: 'An API token' }),
  })
  .openapi('SignIn', { description: 'The token to open a session with' })

/** The caller, as `GET /session` answers. */
export const Session = z
  .object({
    kind: z.enum(credentialKinds).openapi({
      description:
        'How the caller was authenticated: a `token` in the request, a `session`, Cloudflare `access`, or `local` access, ' +
        'which requires no sign-in on the machine that the service runs on',
    }),
    name: z.string().openapi({ example: 'ci-bot', description: "The token's name, or the e-mail address" }),
    role: Role,
    expires_at: instant('When it expires; null: never').nullable(),
  })
  .openapi('Session', { description: 'The caller and their permissions' })
