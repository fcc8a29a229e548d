/** The orders of a list of jobs, those that an index has: by creation or by name, with `-` from the last to the first. */
export const jobSorts = ['-created_at', 'created_at', 'name', '-name'] as const
export type JobSort = (typeof jobSorts)[number]
