/**
 * What may be the matter with a job that has not ended: it waits for a slot or a runner, its runner is not heard, or is heard
 * and brings neither a step nor output.
 */
export const jobConditions = ['waiting', 'silent', 'stalled'] as const
export type JobCondition = (typeof jobConditions)[number]
