import { api } from '../../api/client.ts'
import { request } from '../../api/request.ts'
import { refresh } from '../../api/resource.ts'
import { Button } from '../../components/button.tsx'
import { confirm } from '../../components/confirm.tsx'
import { ActionIcon } from '../../components/icons.tsx'
import { toast } from '../../components/toast.tsx'
import { t } from '../../i18n/text.ts'
import type { Document } from './data.ts'

/** Deletes a document after confirmation. */
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
    // The button was removed with its row.
    document.getElementById('documents')?.focus()
  }
  return (
    <Button look="plain" needs="operator" label={t('dataset.deleteOne', { title })} onClick={() => void remove()}>
      <ActionIcon name="delete" />
    </Button>
  )
}
