import { z } from '@hono/zod-openapi'
import { nameSchema } from '../http/name.ts'
import { cursorParam, limitParam } from '../http/pagination.ts'
import { TOKEN_LENGTH_MAX, TOKEN_NAME_LENGTH_MAX } from '../platform/limits.ts'
import { roles } from '../shared/role.ts'
import { credentialKinds } from './credential.ts'

const Role = z.enum(roles).openapi('Role', {
  description:
    'What somebody may do: `viewer` looks; `operator` also creates and steers jobs, runs OCR and writes the dataset; ' +
    '`admin` also deletes jobs and versions, activates versions, and manages tokens',
})

const instant = (description: string) =>
  z.string().openapi({ format: 'date-time', example: '2026-11-01T08:00:00.000Z', description })

const name = {
  example: 'ci-bot',
  description: 'What the token is called: the event log names it. No two have the same',
}

// Normalized: two names that look alike could not be told apart in the event log.
const TokenName = nameSchema(TOKEN_NAME_LENGTH_MAX, name)

/** The last instant that RFC 3339 can express in UTC. */
const latestMs = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/** The body of `POST /tokens`. */
export const TokenInput = z
  .object({
    name: TokenName,
    role: Role,
    expires_at: z.iso
      .datetime({ offset: true })
      // With an offset, the year 9999 can exceed it.
      .refine((text) => Date.parse(text) <= latestMs, 'Too far ahead: leave it out')
      .nullable()
      .default(null)
      .openapi({
        example: '2030-01-01T00:00:00Z',
        description: 'From when on it no longer holds; null: it always does',
      }),
  })
  .openapi('TokenInput', { description: 'Whom to let in, as what, and for how long' })

/** An API token in answers: everything except the token itself. */
export const ApiToken = z
  .object({
    id: z.string().openapi({ example: '3', description: 'Names it, for revoking it' }),
    name: z.string().openapi(name),
    role: Role,
    created_at: instant('When it was made'),
    created_by: z.string().openapi({ example: 'admin', description: 'By whom' }),
    expires_at: instant('From when on it no longer holds; null: it always does').nullable(),
    last_used_at: instant('When it was last used, within the hour; null: not yet').nullable(),
  })
  .openapi('ApiToken', { description: 'An API token, without the token itself' })

/** The answer to `POST /tokens`, the only one that contains the token. */
export const NewApiToken = ApiToken.extend({
  token: z.string().openapi({
    example: 'stw_0000000000000000000000000000000000000000000',
    description: 'The token itself. It is shown this once, and kept nowhere',
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
  .object({
    token: z
      .string()
      .min(1, 'A token is needed')
      .max(TOKEN_LENGTH_MAX, 'This is no token')
      .openapi({ example: 'stw_0000000000000000000000000000000000000000000', description: 'An API token' }),
  })
  .openapi('SignIn', { description: 'What a session is opened with' })

/** The caller, as `GET /session` answers. */
export const Session = z
  .object({
    kind: z.enum(credentialKinds).openapi({
      description:
        'By what he was let in: a `token` in the request, a `session`, Cloudflare `access`, or the `local` opening, ' +
        'which lets in everybody on the machine it runs on',
    }),
    name: z.string().openapi({ example: 'ci-bot', description: "The token's name, or the e-mail address" }),
    role: Role,
    expires_at: instant('From when on it no longer holds; null: it always does').nullable(),
  })
  .openapi('Session', { description: 'Who asks, and what he may' })
