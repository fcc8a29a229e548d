import type { Curve } from '../../chart/types.ts'
import { t } from '../../i18n/text.ts'
import { measure } from './address.ts'
import type { AskedCurve } from './asked-curves.ts'
import { type ComparedJob, labelsOf } from './compared-jobs.ts'
import { type CurveRows, emptyRows } from './curve-rows.ts'
import type { CurveStyle } from './curve-styles.tsx'
import { isUsual } from './measures.ts'
import { formatOf } from './reading.ts'

/** A curve in the chart: of a job, or of an attempt at it. */
export type ChartedCurve = Curve &
  CurveStyle & {
    id: string
    jobId: string
    /** Its points, if they are not the job's own. */
    rows: CurveRows | null
    /** What its job is called. */
    name: string
  }

/** The curves of the jobs, in their order. Those of earlier attempts are faint. */
export function chartedCurves(
  jobs: readonly ComparedJob[],
  asked: ReadonlyMap<string, readonly AskedCurve[]>,
  styleOf: (id: string) => CurveStyle,
): ChartedCurve[] {
  const labels = labelsOf(jobs)
  return jobs.flatMap(({ id }): ChartedCurve[] => {
    const name = labels.get(id) ?? id
    const common = { jobId: id, name, format: formatOf(measure.value), ...styleOf(id) }
    const curves = asked.get(id) ?? []
    if (curves.length === 0) {
      const isOwn = isUsual(measure.value)
      return [{ ...common, id, label: name, rows: isOwn ? null : emptyRows() }]
    }
    return curves.map(({ attempt, rows }) => {
      if (attempt === null) return { ...common, id, label: name, rows }
      const { number, runner, isLast } = attempt
      const label = t('compare.attempt', { name, number, runner })
      return { ...common, id: `${id}/${number}`, label, rows, isRaw: !isLast }
    })
  })
}
