import { api } from '../../api/client.ts'
import { request } from '../../api/request.ts'
import { refresh } from '../../api/resource.ts'
import { Button } from '../../components/button.tsx'
import { confirm } from '../../components/confirm.tsx'
import { toast } from '../../components/toast.tsx'
import { t } from '../../i18n/text.ts'
import type { Document } from './data.ts'

/** Takes a document out of the dataset, after asking. */
export function DeleteDocument({ of: { id, title } }: { of: Document }) {
  const remove = async () => {
    const text = <p>{t('dataset.deleteText', { title, id })}</p>
    const question = { title: t('dataset.deleteTitle'), text, action: t('dataset.delete'), dangerous: true }
    if (!(await confirm(question))) return
    const answer = await request(() => api.dataset.documents[':id'].$delete({ param: { id } }))
    if (answer.ok) toast.done(t('dataset.deleted', { title }))
    else toast.refused(answer.refusal)
    if (!answer.ok && answer.refusal.status !== 404) return
    await refresh('dataset/')
    // The button has gone with its row.
    document.getElementById('documents')?.focus()
  }
  return (
    <Button look="plain" needs="operator" label={t('dataset.deleteOne', { title })} onClick={() => void remove()}>
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <path d="M2.5 4.5h11M6 4.5v-2h4v2M4 4.5l.7 9h6.6l.7-9" fill="none" stroke="currentColor" stroke-width="1.5" />
      </svg>
    </Button>
  )
}
