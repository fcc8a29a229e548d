/** The kinds of document that models are trained to read, in display order. */
export const modelTypes = ['zeugnis', 'klausur', 'general'] as const
export type ModelType = (typeof modelTypes)[number]

/** What identifies a model version in the registry: its id, and its number within its model type. */
export type VersionName = { id: string; number: number }
