/** Steps in one epoch of the simulated trainer, as in the reference. */
export const STEPS_PER_EPOCH = 100
