import './parallel.css'
import { useRef, useState } from 'preact/hooks'
import { Button } from '../../../components/button.tsx'
import { SelectField } from '../../../components/field.tsx'
import { saveFile } from '../../../components/save-file.ts'
import { useScript } from '../../../components/use-script.ts'
import { columnOf, type JobColumn, metricName, namesIn, picks } from '../../../domain/job-columns.ts'
import { parallel as de } from '../../../i18n/de/parallel.ts'
import { parallel as en } from '../../../i18n/en/parallel.ts'
import { locale } from '../../../i18n/locale.ts'
import { addTexts, t } from '../../../i18n/text.ts'
import { type ComparedJob, labelsOf } from '../compared-jobs.ts'
import type { CurveStyle } from '../curve-styles.tsx'
import { useThrottledVersion } from '../use-throttled.ts'
import type { WatchedCurve } from '../watch-curve.ts'
import { axisOf } from './axes.ts'
import { betterOf, chooseResult, resultOf, tableColumns, usualColumns } from './choice.ts'
import { tableCsv } from './csv.ts'
import { ParallelPlot } from './plot.tsx'
import { isKept, type Range, type Ranges } from './ranges.ts'
import { summedUp } from './summed-up.ts'
import { ChosenTable } from './table.tsx'

addTexts({ en: { parallel: en }, de: { parallel: de } })

type SectionProps = {
  jobs: readonly ComparedJob[]
  curves: readonly WatchedCurve[]
  styleOf: (id: string) => CurveStyle
}

/** What the jobs were trained with, against what came out: parallel coordinates, and a table that can be saved. */
export default function ParallelSection({ jobs: read, curves, styleOf }: SectionProps) {
  useThrottledVersion(curves).value
  const [ranges, setRanges] = useState<Ranges>(new Map())
  const plot = useRef<HTMLDivElement>(null)
  const jobs = read.map((one) => {
    const points = curves.find(({ id }) => id === one.id)?.points()
    return points === undefined ? one : { ...one, job: summedUp(one.job, points) }
  })
  const snapshots = jobs.map(({ job }) => job)
  const keys = tableColumns.keys.value ?? usualColumns(snapshots)
  const result = resultOf(snapshots)
  const columns = [...keys.filter((key) => key !== result.key).map(columnOf), result].filter(
    (column): column is JobColumn => column !== null,
  )
  const axes = columns.map((column) => axisOf(column, snapshots))
  const kept = jobs.filter((_, at) => isKept(axes, ranges, at))
  const common = { labels: labelsOf(jobs), better: betterOf(result), styleOf }
  const choose = (key: string, range: Range | null) => {
    const others = [...ranges].filter(([other]) => other !== key)
    setRanges(new Map(range === null ? others : [...others, [key, range]]))
  }
  const keepAll = () => {
    setRanges(new Map())
    // The focused button disappears.
    plot.current?.focus()
  }
  const save = () =>
    saveFile(
      [
        tableCsv(
          kept.map(({ job }) => job),
          columns,
          locale.value,
        ),
      ],
      'text/csv',
      `${t('parallel.file')}.csv`,
    )
  return (
    <section class="stack-s" aria-labelledby="parallel">
      <div class="row between">
        <h2 id="parallel">{t('parallel.title')}</h2>
        <div class="row parallel-choices">
          <ResultChoice result={result} jobs={jobs} />
          <ColumnChoice jobs={jobs} keys={keys} />
          <Button onClick={save}>{t('parallel.csv')}</Button>
        </div>
      </div>
      {columns.length > 1 ? (
        <div class="panel" ref={plot} tabIndex={-1}>
          <ParallelPlot {...common} {...{ jobs, axes, ranges }} onRange={choose} />
          <p class="row parallel-kept small" role="status">
            {axes.some(({ column }) => ranges.has(column.key)) && (
              <>
                {t('parallel.kept', { count: kept.length, all: jobs.length })}
                <Button onClick={keepAll}>{t('parallel.keepAll')}</Button>
              </>
            )}
          </p>
        </div>
      ) : (
        <p class="quiet">{t('parallel.noAxes')}</p>
      )}
      <ChosenTable {...common} jobs={kept} columns={columns} />
    </section>
  )
}

/** The metric by which the jobs are judged, and which of its values. */
function ResultChoice({ result: { key }, jobs }: { result: JobColumn; jobs: readonly ComparedJob[] }) {
  const [pick, name] = [key.slice(0, key.indexOf(':')), key.slice(key.indexOf(':') + 1)]
  const names = [...new Set([...namesIn(jobs.map(({ job }) => job)).metrics, name])]
  return (
    <>
      <SelectField
        label={t('parallel.result')}
        value={name}
        options={names.map((one) => [one, metricName(one)] as const)}
        onChange={(next) => chooseResult(`${pick}:${next}`)}
      />
      <SelectField
        label={t('parallel.value')}
        value={pick}
        options={picks.map((one) => [one as string, t(`columns.${one}`)] as const)}
        onChange={(next) => chooseResult(`${next}:${name}`)}
      />
    </>
  )
}

/** Opens the choice of columns, which is loaded by the first click. */
function ColumnChoice({ jobs, keys }: { jobs: readonly ComparedJob[]; keys: readonly string[] }) {
  const [state, setState] = useState<'unused' | 'open' | 'closed'>('unused')
  return (
    <>
      <Button onClick={() => setState('open')}>{t('columns.chooseCount', { count: keys.length })}</Button>
      {state !== 'unused' && (
        <Picker jobs={jobs} keys={keys} isOpen={state === 'open'} onClose={() => setState('closed')} />
      )}
    </>
  )
}

type PickerProps = {
  jobs: readonly ComparedJob[]
  keys: readonly string[]
  isOpen: boolean
  onClose: () => void
}

function Picker({ jobs, keys, isOpen, onClose }: PickerProps) {
  const { script } = useScript(() => import('../../../domain/column-picker.tsx'))
  if (script === null) return null
  const names = namesIn(jobs.map(({ job }) => job))
  return (
    <script.default
      open={isOpen}
      onClose={onClose}
      chosen={keys}
      names={names}
      onChoose={tableColumns.choose}
      onReset={tableColumns.reset}
    />
  )
}
