import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { AppEnv } from '../auth/env.ts'
import { differing } from '../http/differing.ts'
import { jobRegister } from '../jobs/register/job-register.ts'
import { registry } from '../models/registry.ts'
import { batchOfTwo } from '../platform/d1-batch.ts'
import { D1_BYTES_MAX } from '../platform/limits.ts'
import { readSettings } from '../platform/settings.ts'
import { trainerKinds } from '../shared/trainers.ts'

const SystemStatus = z
  .object({
    is_training: z.boolean().openapi({ example: true, description: 'Whether a job is in training' }),
    active_job_id: z.string().nullable().openapi({
      example: '5f0c6c5e-5d0e-4c39-9d4e-0d6c5b8f2a11',
      description: 'The job in training, otherwise one that holds a slot, otherwise the one that was paused last',
    }),
    slots: z.int().openapi({ example: 1, description: 'Maximum number of jobs that hold a slot at the same time' }),
    trainer: z.enum(trainerKinds).openapi({
      example: 'simulated',
      description: 'What trains a job whose creation does not say so; each job names its own trainer',
    }),
    ocr: z.enum(['simulated']).openapi({
      example: 'simulated',
      description: 'What recognizes text. `simulated`: nothing; the results are samples',
    }),
    total_jobs: z.int().openapi({ example: 12, description: 'Jobs in any state, without deleted ones' }),
    completed_jobs: z.int().openapi({ example: 9, description: 'Of these, jobs with status `completed`' }),
    failed_jobs: z.int().openapi({ example: 1, description: 'Of these, jobs with status `failed`' }),
    model_versions: z.int().openapi({ example: 10, description: 'Model versions, without deleted ones' }),
    active_models: z
      .int()
      .openapi({ example: 3, description: 'Of these, active versions: at most one per model type' }),
    database_bytes: z.int().openapi({ example: 4_194_304, description: 'Size of the database in bytes' }),
    database_bytes_max: z.int().openapi({
      example: D1_BYTES_MAX,
      description: 'Maximum size of the database in bytes on a paid Cloudflare plan; beyond it, writes fail',
    }),
  })
  .openapi('SystemStatus', { description: 'Counts of jobs and model versions, and the size of the database' })

/** The system at a glance, read from counters: the cost does not grow with the number of jobs. */
export const status = new OpenAPIHono<AppEnv>().openapi(
  createRoute({
    method: 'get',
    path: '/status',
    tags: ['System'],
    summary: 'System overview',
    description: differing(
      'Once the job is deleted or finished, active_job_id names the job that was paused last, or is null.',
    ),
    responses: { 200: { description: 'Counts', content: { 'application/json': { schema: SystemStatus } } } },
  }),
  async (c) => {
    const db = c.env.DB
    const settings = readSettings(c.env)
    const [jobs, models, bytes] = await batchOfTwo(db, jobRegister(db).counts(), registry(db).counts())
    return c.json(
      {
        is_training: jobs.isTraining,
        active_job_id: jobs.activeJobId,
        slots: settings.maxActiveJobs,
        trainer: settings.defaultTrainer,
        ocr: 'simulated' as const,
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
