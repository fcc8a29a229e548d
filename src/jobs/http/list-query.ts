import { z } from '@hono/zod-openapi'
import { cursorParam, limitParam } from '../../http/pagination.ts'
import { repeatableParam } from '../../http/validation.ts'
import { ModelType } from '../../models/model-type.ts'
import {
  ACTOR_LENGTH_MAX,
  JOB_CURSOR_LENGTH_MAX,
  JOB_ID_PREFIX_LENGTH_MIN,
  NAME_LENGTH_MAX,
  RUNNER_NAME_LENGTH_MAX,
  SEARCHED_ROWS_MAX,
} from '../../platform/limits.ts'
import { jobConditions } from '../../shared/job-conditions.ts'
import { type JobSort, jobSorts } from '../../shared/job-sorts.ts'
import type { JobPosition } from '../operations.ts'
import { Tag } from './notes-and-tags.ts'
import { TrainerKind } from './runners-part.ts'
import { JobStatus } from './schema.ts'

/** What a cursor's key begins with, by the sort that it belongs to. */
const marks: Record<JobSort, string> = { '-created_at': '', created_at: 'a', name: 'n', '-name': 'm' }

const key = /^([anm]?)(\d{1,15})(?::([\x21-\x7e]*))?$/

/** The key of a cursor: which sort it belongs to, and after which job the page begins. */
export const keyOf = (sort: JobSort, { seq, name }: JobPosition): string =>
  `${marks[sort]}${seq}${sort.endsWith('name') ? `:${encodeURIComponent(name)}` : ''}`

/** The position in a cursor's key; `null`: it belongs to another sort. */
function positionIn(text: string, sort: JobSort): JobPosition | null {
  const [, mark, seq, name] = key.exec(text) ?? []
  if (mark !== marks[sort] || (name !== undefined) !== sort.endsWith('name')) return null
  try {
    return { seq: Number(seq), name: decodeURIComponent(name ?? '') }
  } catch {
    return null
  }
}

const JobCondition = z.enum(jobConditions).openapi({
  description:
    '`waiting`: for a slot or a runner (`waiting_for`). `silent`: the runner is not heard (`attempt.silent_since`). ' +
    '`stalled`: it is heard, but brings neither a step nor output (`attempt.stalled_since`)',
})

/** The query of `GET /jobs`. */
export const JobListQuery = z
  .object({
    limit: limitParam,
    cursor: cursorParam(key, JOB_CURSOR_LENGTH_MAX).optional(),
    sort: z.enum(jobSorts).default('-created_at').openapi({
      description: 'By creation time, or by name, ignoring case and accents; `-` means descending',
    }),
    q: z
      .string()
      .max(NAME_LENGTH_MAX)
      .optional()
      .openapi({
        example: 'prufung',
        description:
          `Only jobs whose name contains this text, or whose id begins with it (at least ${JOB_ID_PREFIX_LENGTH_MIN} characters). ` +
          'Case, accents and umlauts are ignored, and ß equals ss',
      }),
    created_by: z
      .string()
      .min(1)
      .max(ACTOR_LENGTH_MAX)
      .optional()
      .openapi({ example: 'admin', description: 'Only jobs created by this actor, as shown in `created_by`' }),
    tag: repeatableParam(Tag).optional().openapi({
      description: 'Only jobs with this tag, ignoring case and accents; may be repeated: jobs with all of them',
    }),
    runner: z
      .string()
      .min(1)
      .max(RUNNER_NAME_LENGTH_MAX)
      .optional()
      .openapi({ example: 'gpu-1', description: 'Only jobs whose `attempt` is by the runner of this name' }),
    trainer: repeatableParam(TrainerKind)
      .optional()
      .openapi({ description: 'Only jobs that one of these trains; may be repeated' }),
    condition: repeatableParam(JobCondition)
      .optional()
      .openapi({ description: 'Only jobs in one of these conditions; may be repeated: any of them' }),
    status: repeatableParam(JobStatus)
      .optional()
      .openapi({ description: 'Only jobs in these states; may be repeated' }),
    model_type: repeatableParam(ModelType)
      .optional()
      .openapi({ description: 'Only jobs of these model types; may be repeated' }),
  })
  .superRefine(({ cursor, sort }, ctx) => {
    if (cursor === undefined || positionIn(cursor, sort) !== null) return
    const message = 'A cursor of a different sort order; leave it out to start at the first page'
    ctx.addIssue({ code: 'custom', path: ['cursor'], message, params: { type: 'cursor' } })
  })

/** The query, as the list takes it. */
export function listOf({ cursor, limit, sort, ...filter }: z.output<typeof JobListQuery>) {
  return { filter, page: { sort, limit, after: cursor === undefined ? null : positionIn(cursor, sort) } }
}

/** That a page may be short. */
export const shortPages =
  `With \`q\`, \`created_by\`, \`tag\`, \`runner\`, \`trainer\`, \`condition\` or a filtered sort by name, a page examines at most ${SEARCHED_ROWS_MAX} jobs. It may be short, even ` +
  'empty, although more jobs match: follow the `Link` header until it is absent.'
