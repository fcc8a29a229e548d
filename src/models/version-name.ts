/** By what the registry knows a version: its id, and its number within its model type. */
export type VersionName = { id: string; number: number }
