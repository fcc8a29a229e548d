import { RUNS_SEARCHED_MAX } from '../platform/limits.ts'
import { forEachConcurrently } from '../platform/timeout.ts'
import { isFinal } from '../shared/job-status.ts'
import { compose } from './object/parts.ts'
import type { RunRecord } from './object/runs.ts'
import type { RunFilter, RunRow } from './register/run-list.ts'
import { describe } from './rules/describe.ts'
import { viewOf } from './rules/job.ts'
import { readRun } from './runs.ts'

/** Objects that one search asks at once. */
const ASKED_AT_ONCE = 8

/**
 * Runs that match, newest first. Rows say enough of runs that have ended, unless they hold more than fits; the others are asked.
 *
 * @param before runs with lower sequence numbers only; `null`: from the newest on
 * @param enough whether so many are enough; at most RUNS_SEARCHED_MAX jobs are looked at
 * @returns `next`: where to go on; `null`: there are no more
 */
export async function searchRuns(
  bindings: Env,
  filter: RunFilter,
  matches: (run: RunRecord) => boolean,
  before: number | null,
  enough: number,
): Promise<{ runs: { seq: number; run: RunRecord }[]; next: number | null }> {
  const env = compose(bindings)
  const register = env.parts.register(env.DB)
  const runs: { seq: number; run: RunRecord }[] = []
  let at: number | null = before ?? Number.MAX_SAFE_INTEGER
  for (let looked = 0; at !== null && runs.length < enough && looked < RUNS_SEARCHED_MAX; ) {
    const { rows, next } = await register.walkRuns(filter, at)
    const records = new Map<number, RunRecord>()
    await forEachConcurrently(rows, ASKED_AT_ONCE, async (row) => {
      const run = await recordOf(bindings, row)
      if (run !== null) records.set(row.seq, run)
    })
    for (const { seq } of rows) {
      const run = records.get(seq)
      if (run !== undefined && matches(run)) runs.push({ seq, run })
    }
    looked += at - (next ?? 0)
    at = next
  }
  if (runs.length <= enough) return { runs, next: at }
  const page = runs.slice(0, enough)
  return { runs: page, next: page.at(-1)?.seq ?? null }
}

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
    metrics: Object.entries(metrics).map(([name, { latest, step, timeMs }]) => {
      return { name, value: latest, step: step ?? last ?? 0, timestampMs: timeMs ?? receivedMs ?? 0 }
    }),
    params: Object.entries(recorded.run.params),
    tags: Object.entries(recorded.run.tags),
    inputs: [],
    outputs: [],
    isDeleted,
  }
}
