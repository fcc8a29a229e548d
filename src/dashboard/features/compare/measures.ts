/** The metrics that every point has a field for. */
export const usualMeasures = ['val_loss', 'loss', 'accuracy', 'learning_rate'] as const
export type UsualMeasure = (typeof usualMeasures)[number]

export const isUsual = (name: string): name is UsualMeasure => usualMeasures.some((usual) => usual === name)
