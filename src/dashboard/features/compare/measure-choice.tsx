import { useId } from 'preact/hooks'
import { Segments } from '../../components/field.tsx'
import { metricName, namesIn } from '../../domain/job-columns.ts'
import { t } from '../../i18n/text.ts'
import { chooseMeasure, measure } from './address.ts'
import type { ComparedJob } from './compared-jobs.ts'
import { isUsual, usualMeasures } from './measures.ts'

/** Chooses the metric: one of the usual, or another that the jobs have reported. */
export function MeasureChoice({ jobs }: { jobs: readonly ComparedJob[] }) {
  const name = measure.value
  const reported = namesIn(jobs.map(({ job }) => job)).metrics.filter((one) => !isUsual(one) && hasCurve(one, jobs))
  const others = isUsual(name) || reported.includes(name) ? reported : [name, ...reported]
  return (
    <div class="row measure">
      <Segments
        label={t('compare.measure')}
        value={name}
        options={usualMeasures.map((usual) => [usual, t(`columns.${usual}`)] as const)}
        onChange={chooseMeasure}
      />
      {others.length > 0 && <OtherMeasure name={name} others={others} />}
    </div>
  )
}

/** Scores that only a formula gives have no curve. */
const hasCurve = (name: string, jobs: readonly ComparedJob[]): boolean =>
  jobs.some(({ job }) => Object.hasOwn(job.summary, name))

function OtherMeasure({ name, others }: { name: string; others: readonly string[] }) {
  const id = useId()
  return (
    <div class="other-measure">
      <label class="visually-hidden" htmlFor={id}>
        {t('compare.other')}
      </label>
      <select
        id={id}
        class="input"
        value={isUsual(name) ? '' : name}
        onChange={(event) => event.currentTarget.value !== '' && chooseMeasure(event.currentTarget.value)}
      >
        <option value="">{t('compare.other')}</option>
        {others.map((other) => (
          <option key={other} value={other}>
            {metricName(other)}
          </option>
        ))}
      </select>
    </div>
  )
}
