import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { AppEnv } from '../auth/env.ts'
import { problem, problemResponse } from '../http/problem.ts'
import { RETRY_AFTER_S } from '../platform/limits.ts'
import { log } from '../platform/log.ts'

const Health = z
  .object({ status: z.literal('ok').openapi({ description: 'Always: else the answer is a Problem' }) })
  .openapi('Health', { description: 'The service can work' })

const noStore = z.object({
  'Cache-Control': z.literal('no-store').openapi({ description: 'The answer holds for this moment alone' }),
})

/** Health check: the control plane is healthy when D1 answers. */
export const health = new OpenAPIHono<AppEnv>().openapi(
  createRoute({
    method: 'get',
    path: '/health',
    tags: ['System'],
    summary: 'Whether the service can work',
    description: 'For probes: asks D1, needs no token.',
    responses: {
      200: {
        description: 'D1 answers',
        headers: noStore,
        content: { 'application/json': { schema: Health } },
      },
      503: {
        ...problemResponse('D1 does not answer: `The database does not answer`'),
        headers: noStore.extend({
          'Retry-After': z
            .string()
            .openapi({ example: String(RETRY_AFTER_S), description: 'Seconds after which to try again' }),
        }),
      },
    },
  }),
  async (c) => {
    c.header('Cache-Control', 'no-store')
    try {
      await c.env.DB.prepare('SELECT 1').run()
      return c.json({ status: 'ok' } as const, 200)
    } catch (error) {
      log('error', 'd1_unreachable', { error: String(error) })
      return problem(c, 503, 'The database does not answer', { headers: { 'Retry-After': String(RETRY_AFTER_S) } })
    }
  },
)
