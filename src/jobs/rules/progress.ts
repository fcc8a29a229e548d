/** The percentage of steps done, unrounded, as in the reference. */
export const progressAt = (step: number, totalSteps: number): number => (step / totalSteps) * 100
