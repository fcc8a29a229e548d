import './logged.css'
import type { JobSnapshot } from '../../../client/index.ts'
import { isFinal, type JobStatus } from '../../../shared/job-status.ts'
import { runner as de } from '../../i18n/de/runner.ts'
import { runner as en } from '../../i18n/en/runner.ts'
import { formatCount, formatMoment } from '../../i18n/format.ts'
import { addTexts, t } from '../../i18n/text.ts'

/** Entries of a list that fit without scrolling; a longer one is reached by keyboard. */
const LISTED = 10

addTexts({ en: { runner: en }, de: { runner: de } })

/** Who trains a job, or what it waits for; and what was requested of the runner but has not happened yet. */
export function AttemptLine({ job, status }: { job: JobSnapshot; status: JobStatus }) {
  const texts = isFinal(status) ? [] : [...requestTexts(job, status), ...healthTexts(job)]
  const { attempt } = job
  if (attempt !== null) {
    const { runner, number } = attempt
    texts.push(job.trainer === 'mlflow' ? t('runner.reported', { runner }) : t('runner.attempt', { runner, number }))
  }
  return texts.length === 0 ? null : <p>{texts.join(' · ')}</p>
}

/** Once a job is paused, what was requested has happened. */
function requestTexts({ requested }: JobSnapshot, status: JobStatus): string[] {
  if (requested === null || status === 'paused') return []
  const texts = [t(`runner.${requested.what}`)]
  if (requested.stopping_at !== null) texts.push(t('runner.stopping'))
  else if (requested.seen_at !== null) texts.push(t('runner.seen'))
  return texts
}

function healthTexts({ waiting_for, attempt }: JobSnapshot): string[] {
  const texts = waiting_for === 'runner' ? [t('runner.waiting')] : []
  if (attempt?.ended === null && attempt.silent_since !== null) {
    texts.push(t('runner.silent', { at: formatMoment(attempt.silent_since) }))
  } else if (attempt?.ended === null && attempt.stalled_since !== null) {
    texts.push(t('runner.stalled', { at: formatMoment(attempt.stalled_since) }))
  }
  return texts
}

/** What a client of MLflow has logged of the job beside metrics. */
export function Logged({ job }: { job: JobSnapshot }) {
  const lists = [
    [t('runner.runParams'), Object.entries(job.run_params)],
    // Those of the client itself say where the script ran, for other programs.
    [t('runner.runTags'), Object.entries(job.run_tags).filter(([key]) => !key.startsWith('mlflow.'))],
  ] as const
  return (
    <>
      {lists.map(
        ([title, entries]) =>
          entries.length > 0 && (
            <section key={title} class="panel">
              <h2>{title}</h2>
              <dl class="pairs logged" tabIndex={entries.length > LISTED ? 0 : undefined}>
                {entries.map(([key, value]) => (
                  <div key={key} class="pair">
                    <dt>{key}</dt>
                    <dd>{value}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ),
      )}
      {job.values_not_stored > 0 && (
        <p class="quiet">{t('runner.notStored', { n: formatCount(job.values_not_stored) })}</p>
      )}
    </>
  )
}
