import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { AppEnv } from '../auth/env.ts'
import { readAuthSettings } from '../auth/settings.ts'
import { problem, problemResponse } from '../http/problem.ts'
import { RETRY_AFTER_S } from '../platform/limits.ts'
import { log } from '../platform/log.ts'
import { readSettings } from '../platform/settings.ts'

const Health = z
  .object({ status: z.literal('ok').openapi({ description: 'Always `ok`; otherwise the response is a Problem' }) })
  .openapi('Health', { description: 'The service is healthy' })

const noStore = z.object({
  'Cache-Control': z.literal('no-store').openapi({ description: 'Health is never cached' }),
})

/** Health check: the control plane is healthy when its vars are valid and D1 responds. */
export const health = new OpenAPIHono<AppEnv>().openapi(
  createRoute({
    method: 'get',
    path: '/health',
    tags: ['System'],
    summary: 'Health check',
    description: 'For probes: checks the settings and queries D1; requires no token.',
    responses: {
      200: {
        description: 'The settings are valid, and D1 responds',
        headers: noStore,
        content: { 'application/json': { schema: Health } },
      },
      503: {
        ...problemResponse(
          'D1 does not respond: `The database does not respond`; or a var is not valid: its name and range, with type ' +
            '`urn:stellwerk:problem:misconfigured`',
        ),
        headers: noStore.extend({
          'Retry-After': z
            .string()
            .optional()
            .openapi({
              example: String(RETRY_AFTER_S),
              description: 'Seconds to wait before retrying, where that may help',
            }),
        }),
      },
    },
  }),
  async (c) => {
    c.header('Cache-Control', 'no-store')
    const invalid = invalidSetting(c.env)
    if (invalid !== null) {
      log('error', 'misconfigured', { request_id: c.get('requestId'), error: invalid })
      return problem(c, 503, invalid, { kind: 'misconfigured' })
    }
    try {
      await c.env.DB.prepare('SELECT 1').run()
      return c.json({ status: 'ok' } as const, 200)
    } catch (error) {
      log('error', 'd1_unreachable', { error: String(error) })
      return problem(c, 503, 'The database does not respond', { headers: { 'Retry-After': String(RETRY_AFTER_S) } })
    }
  },
)

/** What is wrong with the settings: a sentence that names the var, never its value; `null` if they are valid. */
function invalidSetting(env: Env): string | null {
  try {
    readSettings(env)
    readAuthSettings(env, false)
    return null
  } catch (error) {
    return (error as Error).message
  }
}
