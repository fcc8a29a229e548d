import type { RunnerRecord } from '../../../../client/index.ts'
import { RUNNER_NOTED_MS } from '../../../../platform/limits.ts'
import { RUNNER_NOTED_LATE_MS } from '../../../platform/limits.ts'

/** The names of runners: of those that have a job, and of those that have asked for one of late. */
export type KnownRunners = { busy: string[]; idle: string[] }

/** The runners that are there. One that waits is noted every ten minutes. */
export function knownOf(runners: readonly RunnerRecord[], nowMs: number): KnownRunners {
  const isOfLate = ({ seen_at }: RunnerRecord) => nowMs - Date.parse(seen_at) <= RUNNER_NOTED_MS + RUNNER_NOTED_LATE_MS
  return {
    busy: runners.filter(({ job_id }) => job_id !== null).map(({ name }) => name),
    idle: runners.filter((runner) => runner.job_id === null && isOfLate(runner)).map(({ name }) => name),
  }
}

/** The command that connects a runner from another machine, with an example of a training command. */
export const connectCommand = (origin: string, withToken: boolean): string =>
  [
    `curl -O ${origin}/runner.mjs`,
    `node runner.mjs --url ${origin}${withToken ? ' --token-file token' : ''} -- python train.py`,
  ].join('\n')
