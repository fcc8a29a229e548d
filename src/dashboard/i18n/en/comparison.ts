/** Of the comparison of jobs that runners train; loaded with it. */
export const comparison = {
  other: 'Other metric …',
  apart: 'Attempts apart',
  attempt: '{name}, attempt {number} ({runner})',
} as const
