import { z } from '@hono/zod-openapi'
import type * as types from '../rules/types.ts'
import { Notes, Tags } from './notes-and-tags.ts'
import { JobName } from './schema.ts'

/** The body of `PATCH /jobs/{id}`. An unknown field is rejected, since it would change nothing unnoticed. */
export const JobEdit = z
  .strictObject({ name: JobName.optional(), notes: Notes.optional(), tags: Tags.optional() })
  .openapi('JobEdit', {
    description: 'What to change; what is left out stays as it is',
  }) satisfies z.ZodType<types.Edit>
