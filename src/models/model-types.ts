/** What kinds of document models are trained to read, in the order in which they are offered. */
export const modelTypes = ['zeugnis', 'klausur', 'general'] as const
