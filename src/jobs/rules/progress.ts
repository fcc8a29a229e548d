/** The percentage of steps done, unrounded, as in the reference; 0 while their number is unknown. */
export const progressAt = (step: number, totalSteps: number | null): number =>
  totalSteps === null ? 0 : (step / totalSteps) * 100
