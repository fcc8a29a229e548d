import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { AppEnv } from '../../auth/env.ts'
import { jsonBody } from '../../http/json-body.ts'
import { invalidResponse } from '../../http/problem.ts'
import { BODY_BYTES_MAX, RECONCILE_PAGE_MAX } from '../../platform/limits.ts'
import { reconcileObjects, reconcileRows } from '../reconcile.ts'

const ReconcileInput = z
  .object({
    after: z
      .int()
      .min(0)
      .default(0)
      .openapi({ description: '`next` of the page before; 0: the first page. Not used together with `objects`' }),
    objects: z
      .array(z.string().regex(/^[0-9a-f]{64}$/, 'Not the id of an object: 64 hexadecimal digits'))
      .min(1)
      .max(RECONCILE_PAGE_MAX)
      .optional()
      .openapi({
        description: "Objects by their own ids, as Cloudflare lists a namespace's: for jobs whose rows are gone",
        example: ['1f'.repeat(32)],
      }),
  })
  .openapi('ReconcileInput', { description: 'Which jobs to compare: a page of the register, or objects' })

const count = (description: string) => z.int().min(0).openapi({ example: 0, description })

const Reconciliation = z
  .object({
    unchanged: count('Rows that were right'),
    updated: count('Rows that showed an older state than their object has'),
    restored: count('Rows that were gone'),
    removed: count('Rows of jobs that are deleted'),
    unknown: count('Jobs that have not begun, and objects that have none'),
    failed: z
      .array(z.string())
      .openapi({ example: [], description: 'Jobs, or objects, that could not be asked: try these again' }),
    next: z.int().nullable().openapi({ example: null, description: 'For `after`; null: this was the last page' }),
  })
  .openapi('Reconciliation', { description: 'What was put right' })

const reconcileRoute = createRoute({
  method: 'post',
  path: '/reconcile',
  tags: ['System'],
  summary: 'Compare the register with the jobs themselves, after D1 was restored',
  description:
    `Looks at ${RECONCILE_PAGE_MAX} jobs a call; each puts right what the register has wrong about it. Nothing is ` +
    'started. `npm run reconcile` calls it until all are done.',
  request: { body: { required: true, content: { 'application/json': { schema: ReconcileInput } } } },
  middleware: jsonBody(BODY_BYTES_MAX),
  responses: {
    200: { description: 'What was put right', content: { 'application/json': { schema: Reconciliation } } },
    ...invalidResponse,
  },
})

/** Putting the register right. */
export const reconciliation = new OpenAPIHono<AppEnv>().openapi(reconcileRoute, async (c) => {
  const { after, objects } = c.req.valid('json')
  if (objects === undefined) return c.json(await reconcileRows(c.env, after, RECONCILE_PAGE_MAX), 200)
  return c.json({ ...(await reconcileObjects(c.env, objects)), next: null }, 200)
})
