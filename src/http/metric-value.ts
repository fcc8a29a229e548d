import { z } from '@hono/zod-openapi'
import { nonFiniteNames } from '../shared/metric-value.ts'

/** A metric's value in answers. */
export const metricValue = () => z.union([z.number(), z.enum(nonFiniteNames)])
