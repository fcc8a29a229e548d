import { useState } from 'preact/hooks'
import type { JobSnapshot } from '../../../client/index.ts'
import { api } from '../../api/client.ts'
import { explain } from '../../api/problem.ts'
import { entityTag, request } from '../../api/request.ts'
import { refresh } from '../../api/resource.ts'
import { Button } from '../../components/button.tsx'
import { Field, FieldError, TextField } from '../../components/field.tsx'
import { toast } from '../../components/toast.tsx'
import { t } from '../../i18n/text.ts'

type EditFormProps = {
  job: JobSnapshot
  /** Of the job as it is shown: an edit by somebody else since is not overwritten unnoticed. */
  etag: string | null
  onClose: () => void
}

const tagsIn = (text: string): string[] =>
  text
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '')

/** Edits a job's name, tags and notes. */
export function EditForm({ job, etag, onClose }: EditFormProps) {
  const [before] = useState({ name: job.name, tags: job.tags.join(', '), notes: job.notes })
  const [shown, setShown] = useState(before)
  const [tag, setTag] = useState(etag)
  const [error, setError] = useState('')
  const [saving, setSaving] = useState(false)
  const change = (changes: Partial<typeof shown>) => setShown({ ...shown, ...changes })

  async function submit(event: Event): Promise<void> {
    event.preventDefault()
    if (saving) return
    setSaving(true)
    await save()
    setSaving(false)
  }

  async function save(): Promise<void> {
    const { name, tags, notes } = shown
    const answer = await request(() =>
      api.jobs[':id'].$patch({
        param: { id: encodeURIComponent(job.id) },
        header: tag === null ? {} : { 'If-Match': tag },
        // What was not changed here may have been changed by somebody else.
        json: {
          ...(name === before.name ? {} : { name }),
          ...(tags === before.tags ? {} : { tags: tagsIn(tags) }),
          ...(notes === before.notes ? {} : { notes }),
        },
      }),
    )
    if (answer.ok) {
      toast.done(t('job.edited', { name: answer.data.name }))
      await refresh('jobs')
      return onClose()
    }
    if (answer.refusal.status !== 412) return setError(explain(answer.refusal))
    const now = await request(() => api.jobs[':id'].$get({ param: { id: encodeURIComponent(job.id) } }))
    if (!now.ok) return setError(explain(now.refusal))
    setTag(entityTag(now.headers))
    setError(t('job.editedMeanwhile'))
    await refresh('jobs')
  }

  return (
    <form class="stack-s" onSubmit={submit} noValidate>
      <TextField label={t('createJob.name')} value={shown.name} onInput={(name) => change({ name })} />
      <TextField
        label={t('job.tags')}
        hint={t('job.tagsHint')}
        value={shown.tags}
        onInput={(tags) => change({ tags })}
        autocomplete="off"
      />
      <Field label={t('job.notes')}>
        {(tie) => (
          <textarea
            {...tie}
            class="input"
            rows={5}
            value={shown.notes}
            onInput={(event) => change({ notes: event.currentTarget.value })}
          />
        )}
      </Field>
      <div role="alert">{error !== '' && <FieldError id={`edit-${job.id}`}>{error}</FieldError>}</div>
      <div class="actions">
        <Button onClick={onClose}>{t('common.cancel')}</Button>
        <Button type="submit" look="primary" needs="operator" pending={saving}>
          {t('job.save')}
        </Button>
      </div>
    </form>
  )
}
