import { z } from '@hono/zod-openapi'

/** The answer to every successful command, as in the reference. Its schema name is part of the published document. */
export const ActionResult = z
  .object({
    success: z.literal(true).openapi({ description: 'Always true; a rejected command returns a Problem' }),
    message: z.string().openapi({ example: 'Training paused', description: 'The outcome, for people' }),
  })
  .openapi('ActionDone', { description: 'A command was carried out' })

/** The body of that answer. */
export const success = (message: string) => ({ success: true as const, message })

/** Describes that answer in a route's `responses`. */
export const successResponse = {
  200: { description: 'The command was carried out', content: { 'application/json': { schema: ActionResult } } },
}
