import type { JobSnapshot } from '../../../../client/index.ts'
import { isFinal, type JobStatus } from '../../../../shared/job-status.ts'
import { api } from '../../../api/client.ts'
import { entityTag, request } from '../../../api/request.ts'
import { refresh } from '../../../api/resource.ts'
import { Button } from '../../../components/button.tsx'
import { confirm } from '../../../components/confirm.tsx'
import type { Question } from '../../../components/question.ts'
import { toast } from '../../../components/toast.tsx'
import { t } from '../../../i18n/text.ts'

type Attempt = NonNullable<JobSnapshot['attempt']>

/** The attempt of a job that can be given up: one that is confirmed and has not ended. */
export const attemptToGiveUp = ({ attempt }: JobSnapshot, status: JobStatus): Attempt | null =>
  attempt !== null && attempt.ended === null && attempt.heard_at !== null && !isFinal(status) ? attempt : null

/** Gives up the attempt of a job, where there is one to give up. */
export function GiveUp({ job, status }: { job: JobSnapshot; status: JobStatus }) {
  if (attemptToGiveUp(job, status) === null) return null
  return (
    <Button look="danger plain" needs="operator" onClick={() => giveUp(job)}>
      {actionOf(job)}
    </Button>
  )
}

/** A run that a script has opened itself is its one attempt. */
const actionOf = ({ trainer }: JobSnapshot): string =>
  t(trainer === 'mlflow' ? 'attempts.giveUpRun' : 'attempts.giveUp')

/** Gives up an attempt after confirmation, which is asked for again where the job has changed meanwhile. */
async function giveUp({ id }: JobSnapshot): Promise<void> {
  const param = { id: encodeURIComponent(id) }
  for (let hasChanged = false; ; hasChanged = true) {
    const now = await request(() => api.jobs[':id'].$get({ param }))
    if (!now.ok) return toast.refused(now.refusal)
    const attempt = attemptToGiveUp(now.data, now.data.status)
    // The service says why not.
    if (attempt !== null && !(await confirm(questionOf(now.data, attempt, hasChanged)))) return
    const header = { 'If-Match': entityTag(now.headers) ?? '*' }
    const answer = await request(() => api.jobs[':id']['give-up'].$post({ param, header }))
    await Promise.all([refresh('jobs'), refresh('status'), refresh('runners')])
    if (answer.ok) return toast.done(t('attempts.givenUpDone', { runner: attempt?.runner ?? '' }))
    if (answer.refusal.status !== 412) return toast.refused(answer.refusal)
  }
}

/** What giving up means for the job as it is. */
export function questionOf(job: JobSnapshot, { number, runner }: Attempt, hasChanged: boolean): Question {
  const sentences = [
    ...(hasChanged ? [t('job.hasChanged')] : []),
    t('attempts.giveUpProcess', { runner }),
    ...whatFollows(job),
  ]
  return {
    title: t(job.trainer === 'mlflow' ? 'attempts.giveUpRunTitle' : 'attempts.giveUpTitle', { number, runner }),
    text: (
      <div class="stack-s">
        {sentences.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
    ),
    action: actionOf(job),
    dismiss: t('attempts.giveUpKeep'),
    dangerous: true,
  }
}

function whatFollows({ trainer, requested, checkpoint }: JobSnapshot): string[] {
  if (trainer === 'mlflow') return [t('attempts.giveUpFails')]
  if (requested !== null) return [t(requested.what === 'pause' ? 'attempts.giveUpPause' : 'attempts.giveUpCancel')]
  const next = checkpoint === null ? t('attempts.startsOver') : t('attempts.resumesFrom', { step: checkpoint.step })
  return [t('attempts.giveUpOffered'), next]
}
