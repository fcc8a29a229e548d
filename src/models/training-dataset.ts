import { z } from '@hono/zod-openapi'
import type * as shared from '../shared/training-dataset.ts'

/** The documents that a job or a version was trained on. */
export const TrainingDataset = z
  .object({
    revision: z.int().openapi({
      example: 312,
      description: 'Of the dataset when the job was created; each change of a document raises it',
    }),
    documents: z.int().openapi({ example: 100, description: 'Documents that the job could train on then' }),
    sha256: z
      .string()
      .nullable()
      .openapi({
        example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
        description:
          'Of the NDJSON that the latest attempt was given; null before the first attempt, for a moment after its claim, and ' +
          'where no runner trains',
      }),
    withdrawn: z
      .int()
      .nullable()
      .openapi({
        example: 0,
        description:
          'How many of the documents were deleted or lost their permission. Of a job: by now, so that a download that begins ' +
          'now leaves them out; null where that is not counted: in lists, and while the database does not respond. Of a ' +
          'version: when it was given to the attempt, so that they were not trained on',
      }),
  })
  .openapi('TrainingDataset', {
    description: 'The documents that a job trains on, as they were when it was created',
  }) satisfies z.ZodType<shared.TrainingDataset>
