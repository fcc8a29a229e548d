/**
 * Describes in an operation what the API that this one replaces does otherwise, in the sentences of MIGRATING.md; a test
 * compares the two.
 */
export const differing = (...sentences: string[]): string =>
  `**Unlike the API that this one replaces:** ${sentences.join(' ')}`
