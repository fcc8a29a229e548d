import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { AppEnv } from '../../auth/env.ts'
import { jsonBody } from '../../http/json-body.ts'
import { invalidResponse } from '../../http/problem.ts'
import { BODY_BYTES_MAX, RECONCILE_PAGE_MAX } from '../../platform/limits.ts'
import { reconcileObjects, reconcileRows } from '../reconcile.ts'

const ReconcileInput = z
  .strictObject({
    after: z
      .int()
      .min(0)
      .default(0)
      .openapi({ description: '`next` of the previous page; 0: the first page. Ignored if `objects` is given' }),
    objects: z
      .array(z.string().regex(/^[0-9a-f]{64}$/, 'Not the id of an object; expected 64 hexadecimal digits'))
      .min(1)
      .max(RECONCILE_PAGE_MAX)
      .optional()
      .openapi({
        description: 'Durable Object ids, as listed by Cloudflare for the namespace; for jobs whose rows are missing',
        example: ['1f'.repeat(32)],
      }),
  })
  .openapi('ReconcileInput', { description: 'The jobs to compare: a page of the register, or a list of objects' })

const count = (description: string) => z.int().min(0).openapi({ example: 0, description })

const Reconciliation = z
  .object({
    unchanged: count('Rows that were correct'),
    updated: count('Rows that were older than the state of their object'),
    restored: count('Rows that were missing'),
    removed: count('Rows of deleted jobs'),
    unknown: count('Jobs that have not started, and objects without a job'),
    failed: z
      .array(z.string())
      .openapi({ example: [], description: 'Jobs or objects that could not be reached; retry these' }),
    next: z
      .int()
      .nullable()
      .openapi({ example: null, description: 'Value of `after` for the next page; null on the last page' }),
  })
  .openapi('Reconciliation', { description: 'Result of the comparison' })

const reconcileRoute = createRoute({
  method: 'post',
  path: '/reconcile',
  tags: ['System'],
  summary: 'Compare the register with the jobs themselves, after D1 was restored',
  description:
    `Compares ${RECONCILE_PAGE_MAX} jobs per call and corrects their rows in the register. No job is started. ` +
    '`npm run reconcile` calls it until all jobs are compared.',
  request: { body: { required: true, content: { 'application/json': { schema: ReconcileInput } } } },
  middleware: jsonBody(BODY_BYTES_MAX),
  responses: {
    200: { description: 'Result of the comparison', content: { 'application/json': { schema: Reconciliation } } },
    ...invalidResponse,
  },
})

/** Reconciling the register with the jobs. */
export const reconciliation = new OpenAPIHono<AppEnv>().openapi(reconcileRoute, async (c) => {
  const { after, objects } = c.req.valid('json')
  if (objects === undefined) return c.json(await reconcileRows(c.env, after, RECONCILE_PAGE_MAX), 200)
  return c.json({ ...(await reconcileObjects(c.env, objects)), next: null }, 200)
})
