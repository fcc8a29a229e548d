import { useEffect, useRef, useState } from 'preact/hooks'
import type { JobSnapshot } from '../../../client/index.ts'
import { NAME_LENGTH_MAX, NOTES_LENGTH_MAX, TAG_LENGTH_MAX, TAGS_MAX } from '../../../platform/limits.ts'
import { api } from '../../api/client.ts'
import { explain, type Problem } from '../../api/problem.ts'
import { entityTag, request } from '../../api/request.ts'
import { refresh } from '../../api/resource.ts'
import { Button } from '../../components/button.tsx'
import { Field, FieldError, TextField } from '../../components/field.tsx'
import { toast } from '../../components/toast.tsx'
import { edit as de } from '../../i18n/de/edit.ts'
import { edit as en } from '../../i18n/en/edit.ts'
import { addTexts, t } from '../../i18n/text.ts'
import { type EditErrors, type EditTexts, editErrors, editFields, reportedErrors, tagsIn } from './edit-check.ts'
import { type Conflict, EditConflict } from './edit-conflict.tsx'

addTexts({ en: { edit: en }, de: { edit: de } })

export type EditFormProps = {
  job: JobSnapshot
  /** Of the job as it is shown: an edit by somebody else since is not overwritten unnoticed. */
  etag: string | null
  onClose: () => void
}

const textsOf = ({ name, tags, notes }: JobSnapshot): EditTexts => ({ name, tags: tags.join(', '), notes })

/** Edits a job's name, tags and notes. */
export function EditForm({ job, etag, onClose }: EditFormProps) {
  const [before, setBefore] = useState(() => textsOf(job))
  const [shown, setShown] = useState(before)
  const [tag, setTag] = useState(etag)
  const [errors, setErrors] = useState<EditErrors>({})
  const [error, setError] = useState('')
  const [conflict, setConflict] = useState<Conflict | null>(null)
  const [saving, setSaving] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(), [errors])
  const change = (changes: Partial<EditTexts>) => setShown({ ...shown, ...changes })
  const edited = editFields.filter((field) => shown[field] !== before[field])

  async function submit(event: Event): Promise<void> {
    event.preventDefault()
    if (saving) return
    const found = editErrors(shown, edited)
    setErrors(found)
    setError('')
    if (Object.keys(found).length > 0) return
    setSaving(true)
    await save()
    setSaving(false)
  }

  async function save(): Promise<void> {
    const { name, tags, notes } = shown
    // What was not changed here may have been changed by somebody else.
    const values = { name, tags: tagsIn(tags), notes }
    const answer = await request(() =>
      api.jobs[':id'].$patch({
        param: { id: encodeURIComponent(job.id) },
        header: tag === null ? {} : { 'If-Match': tag },
        json: Object.fromEntries(edited.map((field) => [field, values[field]])),
      }),
    )
    if (!answer.ok) return answer.refusal.status === 412 ? meetConflict() : refuse(answer.refusal)
    toast.done(t('edit.edited', { name: answer.data.name }))
    await refresh('jobs')
    onClose()
  }

  function refuse(refusal: Problem): void {
    const reported = reportedErrors(refusal)
    setErrors(reported)
    if (Object.keys(reported).length === 0) setError(explain(refusal))
  }

  async function meetConflict(): Promise<void> {
    const answer = await request(() => api.jobs[':id'].$get({ param: { id: encodeURIComponent(job.id) } }))
    if (!answer.ok) return refuse(answer.refusal)
    const now = textsOf(answer.data)
    const changed = editFields.filter((field) => now[field] !== before[field])
    setConflict({
      now,
      changed,
      overwritten: changed.filter((field) => edited.includes(field) && shown[field] !== now[field]),
    })
    // Fields that are not edited here follow the job.
    setShown({ ...now, ...Object.fromEntries(edited.map((field) => [field, shown[field]])) })
    setBefore(now)
    setTag(entityTag(answer.headers))
    await refresh('jobs')
  }

  return (
    <form ref={form} class="stack-s" onSubmit={submit} noValidate>
      <TextField
        label={t('names.name')}
        hint={t('edit.lengthHint', { max: NAME_LENGTH_MAX })}
        error={errors.name}
        value={shown.name}
        onInput={(name) => change({ name })}
        autocomplete="off"
      />
      <TextField
        label={t('job.tags')}
        hint={t('edit.tagsHint', { max: TAGS_MAX, length: TAG_LENGTH_MAX })}
        error={errors.tags}
        value={shown.tags}
        onInput={(tags) => change({ tags })}
        autocomplete="off"
      />
      <Field label={t('edit.notes')} hint={t('edit.lengthHint', { max: NOTES_LENGTH_MAX })} error={errors.notes}>
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
      <div role="alert">
        {conflict !== null && <EditConflict conflict={conflict} />}
        {error !== '' && <FieldError id={`edit-${job.id}`}>{error}</FieldError>}
      </div>
      <div class="actions">
        <Button onClick={onClose}>{t('common.cancel')}</Button>
        <Button type="submit" look="primary" needs="operator" pending={saving}>
          {t('edit.save')}
        </Button>
      </div>
    </form>
  )
}
