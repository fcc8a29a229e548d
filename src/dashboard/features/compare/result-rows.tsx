import { t } from '../../i18n/text.ts'
import type { ComparedJob } from './compared-jobs.ts'
import { bestOf, type Result, results } from './results.ts'
import type { Trained } from './trained.ts'
import { useThrottledVersion } from './use-throttled.ts'
import type { WatchedCurve } from './watch-curve.ts'

type ResultRowsProps = { jobs: readonly ComparedJob[]; curves: readonly WatchedCurve[] }

/** The results of the jobs so far. */
export function ResultRows({ jobs, curves }: ResultRowsProps) {
  useThrottledVersion(curves).value
  const trained = jobs.flatMap(({ id, job }): Trained[] => {
    const curve = curves.find((one) => one.id === id)
    return curve ? [{ job, event: curve.live.event.peek(), points: curve.points() }] : []
  })
  return (
    <tbody>
      <tr class="group">
        <th scope="rowgroup" colSpan={jobs.length + 1}>
          {t('compare.results')}
        </th>
      </tr>
      {results.map((result) => (
        <ResultRow key={result.title} result={result} trained={trained} />
      ))}
    </tbody>
  )
}

function ResultRow({ result: { title, of, format, best }, trained }: { result: Result; trained: readonly Trained[] }) {
  const values = trained.map(of)
  const winners = bestOf(values, best)
  return (
    <tr>
      <th scope="row">{t(title)}</th>
      {trained.map((one, index) => {
        const value = values[index] ?? null
        return (
          <td key={one.job.id} data-best={winners.has(index)}>
            {value === null ? '–' : format(value, one)}
            {winners.has(index) && (
              <>
                <BestMark />
                <span class="visually-hidden">{t('compare.best')}</span>
              </>
            )}
          </td>
        )
      })}
    </tr>
  )
}

/** Marks the best of a row's values. */
export function BestMark() {
  return (
    <svg class="best-mark" viewBox="0 0 10 10" aria-hidden="true">
      <path d="M5 0 10 5 5 10 0 5Z" />
    </svg>
  )
}
