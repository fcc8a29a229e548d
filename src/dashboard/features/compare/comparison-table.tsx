import { useState } from 'preact/hooks'
import { CheckField } from '../../components/field.tsx'
import { StateBadge } from '../../domain/state-badge.tsx'
import { t } from '../../i18n/text.ts'
import type { ComparedJob } from './compared-jobs.ts'
import { type CurveStyle, LineSwatch } from './curve-styles.tsx'
import { BestMark, ResultRows } from './result-rows.tsx'
import { SettingRows } from './setting-rows.tsx'
import type { WatchedCurve } from './watch-curve.ts'

type ComparisonTableProps = {
  jobs: readonly ComparedJob[]
  curves: readonly WatchedCurve[]
  styleOf: (id: string) => CurveStyle
}

/** The results of the jobs and the settings in which they differ: a column for each job. */
export function ComparisonTable({ jobs, curves, styleOf }: ComparisonTableProps) {
  const [all, setAll] = useState(false)
  return (
    <div class="stack-s">
      <div class="row between">
        <h2>{t('compare.table')}</h2>
        <CheckField label={t('compare.showAll')} checked={all} onChange={setAll} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section class="table-scroll" aria-label={t('compare.table')} tabIndex={0}>
        <table class="table comparison" style={{ '--jobs': jobs.length }}>
          <caption class="visually-hidden">{t('compare.table')}</caption>
          <thead>
            <tr>
              <td />
              {jobs.map(({ id, job }) => (
                <th key={id} scope="col">
                  <LineSwatch curveStyle={styleOf(id)} />
                  <span class="column-name" title={job.name}>
                    {job.name}
                  </span>
                  <StateBadge status={job.status} />
                </th>
              ))}
            </tr>
          </thead>
          <ResultRows jobs={jobs} curves={curves} />
          <SettingRows jobs={jobs} all={all} />
        </table>
      </section>
      <p class="quiet small">
        <BestMark /> {t('compare.best')}
      </p>
    </div>
  )
}
