import type { Point } from './types.ts'

/** Metrics under this prefix take no part in steps. */
export const SYSTEM_PREFIX = 'system/'

export const isStepless = (metric: string): boolean => metric.startsWith(SYSTEM_PREFIX)

/** Whether a point counts for steps, and is shown without being asked for. */
export const hasStep = ({ metrics }: Point): boolean => Object.keys(metrics).some((name) => !isStepless(name))
