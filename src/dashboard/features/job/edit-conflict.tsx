import { t } from '../../i18n/text.ts'
import type { EditField, EditTexts } from './edit-check.ts'

const labels = { name: 'names.name', tags: 'job.tags', notes: 'edit.notes' } as const

/** What somebody else has changed since the form was opened: the values now, and which of them saving overwrites. */
export type Conflict = { now: EditTexts; changed: readonly EditField[]; overwritten: readonly EditField[] }

/** Says what somebody else has changed meanwhile. */
export function EditConflict({ conflict: { now, changed, overwritten } }: { conflict: Conflict }) {
  return (
    <div class="notice refused">
      <p>{t(overwritten.length > 0 ? 'edit.editedOverwrite' : 'edit.editedMeanwhile')}</p>
      <dl class="job-edit-conflict">
        {changed.map((field) => (
          <div key={field}>
            <dt>
              {t(labels[field])} ({t(overwritten.includes(field) ? 'edit.valueOverwritten' : 'edit.valueKept')})
            </dt>
            <dd>{now[field] || t('edit.valueEmpty')}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}
