import { useSignal } from '@preact/signals'
import { Button } from '../../../components/button.tsx'
import { ChoiceCards } from '../../../components/choice-cards.tsx'
import { FieldError, SelectField, TextField } from '../../../components/field.tsx'
import { Loaded } from '../../../components/notice.tsx'
import { useDelayed } from '../../../components/use-delayed.ts'
import { type Checkpoint, useCheckpoints } from '../../../domain/checkpoints.ts'
import { useJob } from '../../../domain/resources.ts'
import { StateBadge } from '../../../domain/state-badge.tsx'
import { formatDateTime } from '../../../i18n/format.ts'
import { t } from '../../../i18n/text.ts'
import { SEARCH_LENGTH_MAX } from '../../../platform/limits.ts'
import type { Resume } from '../draft.ts'
import type { Form } from '../form.ts'
import { useResumableJobs } from './resumable.ts'

/** Whether the job starts from a checkpoint of another one, and from which. */
export function ResumeChoice({ form }: { form: Form }) {
  const { resume_from: resume } = form.draft.value
  const choose = (resume_from: Resume | null) => form.change({ resume_from })
  const error = form.errors.value.get('resume_from')
  return (
    <div class="stack-s" data-field="resume_from">
      <ChoiceCards
        legend={t('createRunner.begin')}
        value={resume === null ? 'fromBeginning' : 'fromCheckpoint'}
        options={(['fromBeginning', 'fromCheckpoint'] as const).map(
          (way) => [way, t(`createRunner.${way}`), t(`createRunner.${way}Hint`)] as const,
        )}
        onChange={(way) => choose(way === 'fromBeginning' ? null : { job_id: '', step: null })}
      />
      {resume?.job_id === '' && <FindJob error={error} onChoose={(job_id) => choose({ job_id, step: null })} />}
      {resume !== null && resume.job_id !== '' && (
        <div class="field">
          <Chosen resume={resume} onChoose={choose} />
          {error !== undefined && <FieldError id="resume-from-error">{error}</FieldError>}
        </div>
      )}
    </div>
  )
}

/** A search, and the jobs that it finds. */
function FindJob({ error, onChoose }: { error: string | undefined; onChoose: (id: string) => void }) {
  const typed = useSignal('')
  const found = useResumableJobs(useDelayed(typed.value.trim()) ?? '')
  return (
    <div class="stack-s">
      <TextField
        label={t('createRunner.findJob')}
        hint={t('createRunner.findJobHint')}
        error={error}
        autocomplete="off"
        value={typed.value}
        onInput={(text) => {
          typed.value = text.slice(0, SEARCH_LENGTH_MAX)
        }}
      />
      <Loaded of={found} lines={3} bare>
        {(jobs) =>
          jobs.length === 0 ? (
            <p class="quiet">{t('createRunner.noneFound')}</p>
          ) : (
            <ul class="resumable" aria-label={t('createRunner.found')}>
              {jobs.map(({ id, name, model_type, created_at, status }) => (
                <li key={id}>
                  <button type="button" onClick={() => onChoose(id)}>
                    <span>
                      {name}{' '}
                      <span class="quiet small">
                        {t(`common.${model_type}`)}, {formatDateTime(created_at)}
                      </span>
                    </span>
                    <StateBadge status={status} />
                  </button>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </div>
  )
}

type ChosenProps = { resume: Resume; onChoose: (resume: Resume) => void }

/** The job that was chosen, and which of its checkpoints. */
function Chosen({ resume: { job_id, step }, onChoose }: ChosenProps) {
  const { data, refusal } = useJob(job_id)
  return (
    <>
      <p class="row">
        <span>{t('createRunner.chosenJob')}:</span>
        <a href={`/jobs/${encodeURIComponent(job_id)}`}>{data?.job.name ?? job_id}</a>
        <Button look="plain" onClick={() => onChoose({ job_id: '', step: null })}>
          {t('createRunner.change')}
        </Button>
      </p>
      {data === null && refusal?.status === 404 ? (
        <p class="create-warning">{t('createRunner.jobGone')}</p>
      ) : (
        <Checkpoints jobId={job_id} step={step} onChoose={(next) => onChoose({ job_id, step: next })} />
      )}
    </>
  )
}

type CheckpointsProps = { jobId: string; step: number | null; onChoose: (step: number | null) => void }

function Checkpoints({ jobId, step, onChoose }: CheckpointsProps) {
  return (
    <Loaded of={useCheckpoints(jobId)} lines={2} bare>
      {(kept) => (
        <>
          <div class="create-epochs">
            <SelectField
              label={t('createRunner.checkpoint')}
              value={step === null ? '' : String(step)}
              options={optionsFor(kept, step)}
              onChange={(value) => onChoose(value === '' ? null : Number(value))}
            />
          </div>
          {kept.length === 0 && step === null && <p class="create-warning">{t('createRunner.noCheckpoint')}</p>}
        </>
      )}
    </Loaded>
  )
}

/** The last checkpoint, whichever that is by then; those that are known; and one that only the address knows. */
function optionsFor(kept: readonly Checkpoint[], step: number | null): [value: string, text: string][] {
  const last = kept.at(-1)
  const steps = new Set(kept.toReversed().map((one) => one.step))
  if (step !== null) steps.add(step)
  return [
    ['', last === undefined ? t('createRunner.last') : t('createRunner.lastAt', { step: last.step })],
    ...[...steps].map((at): [string, string] => [String(at), t('createRunner.atStep', { step: at })]),
  ]
}
