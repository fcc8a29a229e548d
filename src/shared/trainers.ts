/** Who can be asked to train a job: a formula, or a program on a machine that Stellwerk does not own. */
export const trainerKinds = ['simulated', 'runner'] as const

/** The same, and a script that has opened a run of its own. */
export const allTrainerKinds = [...trainerKinds, 'mlflow'] as const

export type TrainerKind = (typeof allTrainerKinds)[number]
export type RequestedTrainer = (typeof trainerKinds)[number]
