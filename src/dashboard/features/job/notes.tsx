import { useSignal } from '@preact/signals'
import type { JobSnapshot } from '../../../client/index.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Reload, Skeleton } from '../../components/notice.tsx'
import { useScript } from '../../components/use-script.ts'
import { TagLink } from '../../domain/tags.tsx'
import { t } from '../../i18n/text.ts'
import type { EditFormProps } from './edit-form.tsx'

/** A job's tags and notes, and what edits them and its name. */
export function Notes({ job, etag }: { job: JobSnapshot; etag: string | null }) {
  const isOpen = useSignal(false)
  const close = () => {
    isOpen.value = false
  }
  return (
    <div class="job-notes">
      {job.tags.length > 0 && (
        <ul class="job-tags" aria-label={t('job.tags')}>
          {job.tags.map((tag) => (
            <li key={tag}>
              <TagLink tag={tag} />
            </li>
          ))}
        </ul>
      )}
      {job.notes !== '' && <p class="job-notes-text">{job.notes}</p>}
      <Button
        look="plain"
        needs="operator"
        onClick={() => {
          isOpen.value = true
        }}
      >
        {t('job.edit')}
      </Button>
      <Dialog open={isOpen.value} title={t('job.editTitle')} onClose={close}>
        <LoadedForm job={job} etag={etag} onClose={close} />
      </Dialog>
    </div>
  )
}

/** The form, which is not loaded with the page. */
function LoadedForm(props: EditFormProps) {
  const { script, isMissing } = useScript(() => import('./edit-form.tsx'))
  if (isMissing) return <Reload />
  return script === null ? <Skeleton lines={4} /> : <script.EditForm {...props} />
}
