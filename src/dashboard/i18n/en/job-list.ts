/** Of the list of jobs; loaded with it. */
export const jobList = {
  conditions: 'Condition',
  waiting: 'Waiting for a slot or runner',
  silent: 'Runner not heard',
  stalled: 'No progress',
  runner: 'Runner',
  anyRunner: 'All runners',
  waitsForRunner: 'Waiting for a runner',
  notHeard: 'Not heard for {time}',
  noStep: 'No step for {time}',
} as const
