/** Per cent of the training done at a step, unrounded, as the reference gives it. */
export const progressAt = (step: number, totalSteps: number): number => (step / totalSteps) * 100
