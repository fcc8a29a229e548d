import type { JobSnapshot } from '../../../../client/index.ts'
import { isBetterLow } from '../../../../shared/metric-names.ts'
import { metricValueOf } from '../../../../shared/metric-value.ts'
import type { Points } from '../../../live/series.ts'
import { usualMeasures } from '../measures.ts'

/** A simulated job with what its curve sums up to, as the API says of jobs that runners train; others as they are. */
export function summedUp(job: JobSnapshot, points: Points): JobSnapshot {
  if (job.trainer !== 'simulated') return job
  const summary: JobSnapshot['summary'] = {}
  for (const name of usualMeasures) {
    let [latest, lowest, highest] = [Number.NaN, Infinity, -Infinity]
    for (const value of points.values(name)) {
      if (value === null) continue
      latest = value
      lowest = Math.min(lowest, value)
      highest = Math.max(highest, value)
    }
    if (lowest > highest) continue
    const best = isBetterLow(name) ? lowest : highest
    summary[name] = {
      latest: metricValueOf(latest),
      lowest: metricValueOf(lowest),
      highest: metricValueOf(highest),
      best: metricValueOf(best),
    }
  }
  return { ...job, summary }
}
