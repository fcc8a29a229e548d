/** What can train a job. */
export const trainerKinds = ['simulated'] as const

export type TrainerKind = (typeof trainerKinds)[number]
