import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { AppEnv } from './http/env.ts'
import { jobIndex } from './jobs/job-index.ts'
import { registry } from './models/registry.ts'

const SystemStatus = z
  .object({
    is_training: z.boolean(),
    active_job_id: z.string().nullable().openapi({ description: 'The job that holds a slot' }),
    total_jobs: z.int(),
    completed_jobs: z.int(),
    failed_jobs: z.int(),
    model_versions: z.int(),
    active_models: z.int(),
  })
  .openapi('SystemStatus')

/** The system at a glance, from counters: its cost does not grow with what it counts. */
export const status = new OpenAPIHono<AppEnv>().openapi(
  createRoute({
    method: 'get',
    path: '/status',
    tags: ['System'],
    summary: 'The system at a glance',
    responses: { 200: { description: 'Counts', content: { 'application/json': { schema: SystemStatus } } } },
  }),
  async (c) => {
    const [jobs, models] = await Promise.all([jobIndex(c.env.DB).counts(), registry(c.env.DB).counts()])
    return c.json(
      {
        is_training: jobs.isTraining,
        active_job_id: jobs.activeJobId,
        total_jobs: jobs.total,
        completed_jobs: jobs.completed,
        failed_jobs: jobs.failed,
        model_versions: models.versions,
        active_models: models.active,
      },
      200,
    )
  },
)
