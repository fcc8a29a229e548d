import { z } from '@hono/zod-openapi'

/** A time in answers: ISO 8601 in UTC. */
export const instant = (description: string) =>
  z.string().openapi({ format: 'date-time', example: '2026-11-01T08:00:00.000Z', description })
