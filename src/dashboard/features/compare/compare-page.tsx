import './texts.ts'
import './compare.css'
import { useRef } from 'preact/hooks'
import { Button } from '../../components/button.tsx'
import { Refused, Reload, Skeleton } from '../../components/notice.tsx'
import { PageHeading } from '../../components/page-heading.tsx'
import { announce } from '../../components/toast.tsx'
import { useScript } from '../../components/use-script.ts'
import { WhenInView } from '../../components/when-in-view.tsx'
import { t } from '../../i18n/text.ts'
import { COMPARED_JOBS_MAX, COMPARED_JOBS_MIN } from '../../platform/limits.ts'
import { addJob, chosenIds, dropOthers, namedTooMany, removeJob } from './address.ts'
import { ChosenJobs } from './chosen-jobs.tsx'
import { CompareChart } from './compare-chart.tsx'
import { type ComparedJob, useComparedJobs } from './compared-jobs.ts'
import { ComparisonTable } from './comparison-table.tsx'
import { useCurveStyles } from './curve-styles.tsx'
import { useFoundJobs } from './job-search.ts'
import { Picker } from './picker.tsx'
import { TooFew } from './too-few.tsx'
import { useCurves } from './watch-curve.ts'

/** Two to ten jobs over each other. */
export default function ComparePage() {
  const ids = chosenIds.value
  const { jobs, resource } = useComparedJobs(ids)
  const there = jobs.filter((one): one is ComparedJob => one.state === 'there')
  const areLoading = jobs.some(({ state }) => state === 'loading')
  const isTooFew = there.length < COMPARED_JOBS_MIN && !areLoading
  const newest = useFoundJobs(isTooFew ? '' : null)
  const curves = useCurves(there.map(({ job }) => job))
  const styleOf = useCurveStyles(ids)
  const heading = useRef<HTMLHeadingElement>(null)
  const add = (id: string, name: string) => {
    addJob(id)
    announce(t('compare.added', { name, count: chosenIds.peek().length }))
  }
  // The focused button disappears.
  const addOffered = (id: string, name: string) => {
    add(id, name)
    heading.current?.focus()
  }
  const remove = (id: string, name: string) => {
    removeJob(id)
    announce(t('compare.removed', { name, count: chosenIds.peek().length }))
    heading.current?.focus()
  }
  const isCharted = there.length >= COMPARED_JOBS_MIN
  const others = isCharted ? jobs.filter(({ state }) => state !== 'there') : jobs
  return (
    <div class="stack compare">
      <PageHeading title={t('compare.title')}>
        <Picker chosen={ids} onAdd={add} />
      </PageHeading>
      <section class="panel stack-s" aria-labelledby="chosen">
        <h2 id="chosen" ref={heading} tabIndex={-1}>
          {t('compare.chosen', { count: ids.length, max: COMPARED_JOBS_MAX })}
        </h2>
        {resource.refusal !== null && <Refused refusal={resource.refusal} onRetry={resource.refresh} bare />}
        {namedTooMany.value > 0 && <TooMany />}
        {others.length > 0 && <ChosenJobs jobs={others} isRefused={resource.refusal !== null} onRemove={remove} />}
        {isCharted ? (
          <CompareChart jobs={there} curves={curves} styleOf={styleOf} onRemove={remove} />
        ) : areLoading ? (
          resource.refusal === null && <Skeleton lines={8} />
        ) : (
          <TooFew newest={newest.data} chosen={ids} onAdd={addOffered} />
        )}
      </section>
      {isCharted && <ComparisonTable jobs={there} curves={curves} styleOf={styleOf} onChanged={resource.refresh} />}
      {isCharted && (
        <WhenInView height={480} stays>
          {() => <Parallel jobs={there} curves={curves} styleOf={styleOf} />}
        </WhenInView>
      )}
    </div>
  )
}

/** Loaded when it comes into view. */
function Parallel(props: Parameters<typeof import('./parallel/section.tsx').default>[0]) {
  const { script, isMissing } = useScript(() => import('./parallel/section.tsx'))
  if (script !== null) return <script.default {...props} />
  return isMissing ? <Reload /> : <Skeleton lines={6} />
}

/** The address names more jobs than are compared. */
function TooMany() {
  return (
    <p class="too-many">
      {t('compare.tooMany', { count: namedTooMany.value, max: COMPARED_JOBS_MAX })}{' '}
      <Button onClick={dropOthers}>{t('compare.ignoreRest')}</Button>
    </p>
  )
}
