import type { Curve } from '../../chart/types.ts'
import type { Rows } from '../../domain/curves/splice.ts'
import { t } from '../../i18n/text.ts'
import { emptyValues } from '../../live/series.ts'
import { measure } from './address.ts'
import { type AttemptOf, type AttemptSpan, splitByAttempt } from './attempts.ts'
import { type ComparedJob, labelsOf } from './compared-jobs.ts'
import type { CurveStyle } from './curve-styles.tsx'
import type { JobCurve } from './job-curves.ts'
import { formatOf } from './reading.ts'

/** A curve that is drawn: of a job, or of one of the attempts at it. `column`: of its rows. */
export type CurveLine = { id: string; jobId: string; attempt: AttemptOf | null; rows: Rows; column: string }

/** The curves that are drawn of a job: one, or one for each attempt that is known. */
export function linesOf({ watched, shown, isSplit }: JobCurve, attempts: readonly AttemptSpan[]): CurveLine[] {
  const { id } = watched
  const { rowsOf, columns } = shown.source
  const [column = 'value'] = columns
  const rows = shown.rows()
  if (isSplit) {
    const points = [...pointsIn(rows, column), ...pointsIn(rowsOf(shown.superseded()), column, true)]
    const lines = splitByAttempt(points, attempts).map(([attempt, own]): CurveLine => {
      const rows = emptyValues()
      rows.push(own)
      return { id: `${id}/${attempt.number}`, jobId: id, attempt, rows: rows as unknown as Rows, column: 'value' }
    })
    if (lines.length > 0) return lines
  }
  return [{ id, jobId: id, attempt: null, rows, column }]
}

function pointsIn(rows: Rows, column: string, superseded = false) {
  const [steps, times, values] = [rows.column('step'), rows.column('timestamp'), rows.values(column)]
  return Array.from(steps, (step, at) => {
    return { step, epoch: null, timestamp: times[at] ?? 0, value: values[at] ?? null, superseded }
  })
}

/** A curve as the chart and its legend show it. `name`: what its job is called. */
export type ChartedCurve = Curve & CurveStyle & Pick<CurveLine, 'id' | 'jobId'> & { name: string }

/** How the curves are shown. Those of earlier attempts are faint. */
export function chartedCurves(
  lines: readonly CurveLine[],
  jobs: readonly ComparedJob[],
  styleOf: (id: string) => CurveStyle,
): ChartedCurve[] {
  const labels = labelsOf(jobs)
  return lines.map(({ id, jobId, attempt }) => {
    const name = labels.get(jobId) ?? jobId
    const common = { id, jobId, name, format: formatOf(measure.value), ...styleOf(jobId) }
    if (attempt === null) return { ...common, label: name }
    const { number, runner, isLast } = attempt
    return { ...common, label: t('compare.attempt', { name, number, runner }), isRaw: !isLast }
  })
}
