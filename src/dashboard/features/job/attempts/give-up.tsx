import type { JobSnapshot } from '../../../../client/index.ts'
import type { JobStatus } from '../../../../shared/job-status.ts'
import { api } from '../../../api/client.ts'
import { entityTag, request } from '../../../api/request.ts'
import { refresh } from '../../../api/resource.ts'
import { Button } from '../../../components/button.tsx'
import { confirm } from '../../../components/confirm.tsx'
import type { Question } from '../../../components/question.ts'
import { toast } from '../../../components/toast.tsx'
import { t } from '../../../i18n/text.ts'
import { actionOf, attemptToGiveUp, type Consequences, consequencesOf } from './giving-up.ts'

/** Gives up the attempt of a job, where there is one to give up. */
export function GiveUp({ job, status }: { job: JobSnapshot; status: JobStatus }) {
  if (attemptToGiveUp(job, status) === null) return null
  return (
    <Button look="danger plain" needs="operator" onClick={() => giveUp(job)}>
      {actionOf(job)}
    </Button>
  )
}

/** Gives up an attempt after confirmation, which is asked for again where the job has changed meanwhile. */
async function giveUp({ id }: JobSnapshot): Promise<void> {
  const param = { id: encodeURIComponent(id) }
  for (let hasChanged = false; ; hasChanged = true) {
    const now = await request(() => api.jobs[':id'].$get({ param }))
    if (!now.ok) return toast.refused(now.refusal)
    const attempt = attemptToGiveUp(now.data, now.data.status)
    // The service says why not.
    if (attempt !== null && !(await confirm(questionOf(consequencesOf(now.data, attempt, hasChanged))))) return
    const header = { 'If-Match': entityTag(now.headers) ?? '*' }
    const answer = await request(() => api.jobs[':id']['give-up'].$post({ param, header }))
    await Promise.all([refresh('jobs'), refresh('status'), refresh('runners')])
    if (answer.ok) return toast.done(t('attempts.givenUpDone', { runner: attempt?.runner ?? '' }))
    if (answer.refusal.status !== 412) return toast.refused(answer.refusal)
  }
}

function questionOf({ title, sentences, action }: Consequences): Question {
  const text = (
    <div class="stack-s">
      {sentences.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
    </div>
  )
  return { title, text, action, dismiss: t('attempts.giveUpKeep'), dangerous: true }
}
