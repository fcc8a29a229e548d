import type { JobSnapshot } from '../../../client/index.ts'
import { columnOf, type JobColumn, namesIn } from '../../domain/job-columns.ts'
import { settings } from '../../domain/job-settings.ts'

/**
 * The parameters and settings of some jobs: first those parameters that somebody has given, last those that a script has logged,
 * of which there can be more than a hundred.
 */
export function settingColumns(jobs: readonly JobSnapshot[]): JobColumn[] {
  const { params } = namesIn(jobs)
  const isGiven = (name: string) => jobs.some((job) => Object.hasOwn(job.params, name))
  const keys = [
    ...params.filter(isGiven).map((name) => `param:${name}`),
    ...settings.map(({ name }) => `setting:${name}`),
    ...params.filter((name) => !isGiven(name)).map((name) => `param:${name}`),
  ]
  return keys.map(columnOf).filter((column) => column !== null)
}
