import { RUNS_ASKED_AT_ONCE, RUNS_SEARCHED_MAX, SEARCHED_ROWS_MAX } from '../platform/limits.ts'
import { findNewest } from '../platform/newest.ts'
import { forEachConcurrently } from '../platform/timeout.ts'
import { isFinal } from '../shared/job-status.ts'
import { compose } from './object/parts.ts'
import { type RunRecord, toldOf } from './object/run-record.ts'
import type { RunFilter, RunRow } from './register/run-list.ts'
import { describe } from './rules/describe.ts'
import { viewOf } from './rules/job.ts'
import { readRun } from './runs.ts'

export type { RowCondition } from './register/run-list.ts'

/**
 * Runs that match, newest first. Rows say enough of runs that have ended, unless they hold more than fits; the others are asked.
 *
 * @param before runs with lower sequence numbers only; `null`: from the newest on
 * @param enough whether so many are enough; at most RUNS_SEARCHED_MAX jobs are looked at
 * @returns `next`: where to go on; `null`: there are no more
 */
export function searchRuns(
  bindings: Env,
  filter: RunFilter,
  matches: (run: RunRecord) => boolean,
  before: number | null,
  enough: number,
): Promise<{ rows: RunRecord[]; next: number | null }> {
  const env = compose(bindings)
  const register = env.parts.register(env.DB)
  const pageBefore = async (at: number, page: number) => {
    // Without a condition, the newest jobs are often all that is asked for; one more says whether there are further ones.
    const isEnough = page === 0 && filter.conditions.length === 0
    const jobs = isEnough ? Math.min(enough + 1, SEARCHED_ROWS_MAX) : SEARCHED_ROWS_MAX
    const { rows, next } = await register.walkRuns(filter, at, jobs)
    const records = new Map<number, RunRecord>()
    await forEachConcurrently(rows, RUNS_ASKED_AT_ONCE, async (row) => {
      const run = await recordOf(bindings, row)
      if (run !== null) records.set(row.seq, run)
    })
    return { rows: rows.flatMap(({ seq }) => placed(seq, records.get(seq))), next }
  }
  return findNewest(pageBefore, matches, before, enough, 1 + RUNS_SEARCHED_MAX / SEARCHED_ROWS_MAX)
}

const placed = (seq: number, run: RunRecord | undefined) => (run === undefined ? [] : [{ seq, row: run }])

/** A run by its row; `null`: it is gone. */
async function recordOf(bindings: Env, row: RunRow): Promise<RunRecord | null> {
  const { job, recorded, isDeleted } = row
  if (!isFinal(job.status) || row.isCut || recorded.run.isCut) {
    const asked = await readRun(bindings, job.id, { actor: '', isAdmin: true }, true)
    return 'reason' in asked ? null : { ...asked, isDeleted }
  }
  const { metrics, step: last, receivedMs } = recorded.summary
  return {
    job: describe(viewOf(job, job.changedMs, recorded)),
    experiment: job.run?.experiment ?? null,
    told: toldOf(job),
    metrics: Object.entries(metrics).map(([name, { latest, step, timeMs }]) => {
      return { name, value: latest, step: step ?? last ?? 0, timestampMs: timeMs ?? receivedMs ?? 0 }
    }),
    params: Object.entries(recorded.run.params),
    tags: Object.entries(recorded.run.tags),
    inputs: [],
    inputModels: [],
    outputs: [],
    isDeleted,
  }
}
