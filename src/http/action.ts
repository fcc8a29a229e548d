import { z } from '@hono/zod-openapi'

/** What every carried-out command answers, as in the reference. */
export const ActionDone = z
  .object({
    success: z.literal(true).openapi({ description: 'Always true: a command that is refused answers a Problem' }),
    message: z.string().openapi({ example: 'Training paused', description: 'What was done, for people' }),
  })
  .openapi('ActionDone', { description: 'A command was carried out' })

/** The answer of a carried-out command. */
export const done = (message: string) => ({ success: true as const, message })

/** The description of that answer, for a route's `responses`. */
export const doneResponse = {
  200: { description: 'Done', content: { 'application/json': { schema: ActionDone } } },
}
