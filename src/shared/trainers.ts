/** What can train a job: a formula, or a program on a machine that Stellwerk does not own. */
export const trainerKinds = ['simulated', 'runner'] as const

export type TrainerKind = (typeof trainerKinds)[number]
