import './logged.css'
import type { JobSnapshot } from '../../../../client/index.ts'
import { formatDateTime } from '../../../i18n/format.ts'
import { t } from '../../../i18n/text.ts'

/** Entries of a list that fit without scrolling; a longer one is reached by keyboard. */
const LISTED = 10

/** The parameters that the job was created with, and what a client of MLflow has logged of it beside metrics. */
export function Logged({ job }: { job: JobSnapshot }) {
  const lateAt = lastLateValue(job)
  const lists = [
    [t('attempts.params'), Object.entries(job.params)],
    [t('attempts.runParams'), Object.entries(job.run_params)],
    // Those of the client itself say where the script ran, for other programs.
    [t('attempts.runTags'), Object.entries(job.run_tags).filter(([key]) => !key.startsWith('mlflow.'))],
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
      {lateAt !== null && <p class="quiet small">{t('attempts.late', { at: formatDateTime(lateAt) })}</p>}
      {job.values_not_stored > 0 && (
        <p class="quiet small">{t('attempts.notStored', { count: job.values_not_stored })}</p>
      )}
    </>
  )
}

/** When a client last brought values after the end; `null`: none did. */
const lastLateValue = ({ attempt, completed_at: ended }: JobSnapshot): string | null =>
  ended !== null && attempt?.heard_at != null && Date.parse(attempt.heard_at) > Date.parse(ended)
    ? attempt.heard_at
    : null
