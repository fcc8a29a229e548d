/** What kinds of document models are trained to read, in the order in which they are offered. */
export const modelTypes = ['zeugnis', 'klausur', 'general'] as const
export type ModelType = (typeof modelTypes)[number]

/** By what the registry knows a model version: its id, and its number within its model type. */
export type VersionName = { id: string; number: number }
