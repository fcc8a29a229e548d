import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { AppEnv } from '../auth/env.ts'
import { jobRegister } from '../jobs/register/job-register.ts'
import { registry } from '../models/registry.ts'
import { batchOfTwo } from '../platform/d1-batch.ts'
import { D1_BYTES_MAX } from '../platform/limits.ts'
import { readSettings } from '../platform/settings.ts'

const SystemStatus = z
  .object({
    is_training: z.boolean().openapi({ example: true, description: 'Whether a job is in training' }),
    active_job_id: z.string().nullable().openapi({
      example: '5f0c6c5e-5d0e-4c39-9d4e-0d6c5b8f2a11',
      description: 'The job in training, or else one that holds a slot',
    }),
    slots: z.int().openapi({ example: 1, description: 'How many jobs may hold a slot at a time' }),
    total_jobs: z.int().openapi({ example: 12, description: 'Jobs that are not deleted, in any state' }),
    completed_jobs: z.int().openapi({ example: 9, description: 'Those of them that are `completed`' }),
    failed_jobs: z.int().openapi({ example: 1, description: 'Those of them that are `failed`' }),
    model_versions: z.int().openapi({ example: 10, description: 'Model versions that are not deleted' }),
    active_models: z
      .int()
      .openapi({ example: 3, description: 'Those of them that are in use: at most one of each model type' }),
    database_bytes: z.int().openapi({ example: 4_194_304, description: 'How large the database is, in bytes' }),
    database_bytes_max: z.int().openapi({
      example: D1_BYTES_MAX,
      description: 'How large it can become, on a paid plan of Cloudflare: after that nothing can be written',
    }),
  })
  .openapi('SystemStatus', { description: 'The system at a glance' })

/** The system at a glance, read from counters: the cost does not grow with the number of jobs. */
export const status = new OpenAPIHono<AppEnv>().openapi(
  createRoute({
    method: 'get',
    path: '/status',
    tags: ['System'],
    summary: 'The system at a glance',
    responses: { 200: { description: 'Counts', content: { 'application/json': { schema: SystemStatus } } } },
  }),
  async (c) => {
    const db = c.env.DB
    const [jobs, models, bytes] = await batchOfTwo(db, jobRegister(db).counts(), registry(db).counts())
    return c.json(
      {
        is_training: jobs.isTraining,
        active_job_id: jobs.activeJobId,
        slots: readSettings(c.env).maxActiveJobs,
        total_jobs: jobs.total,
        completed_jobs: jobs.completed,
        failed_jobs: jobs.failed,
        model_versions: models.versions,
        active_models: models.active,
        database_bytes: bytes,
        database_bytes_max: D1_BYTES_MAX,
      },
      200,
    )
  },
)
