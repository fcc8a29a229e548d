import type { ModelVersion } from '../../../models/schema.ts'
import { api } from '../../api/client.ts'
import type { Problem } from '../../api/problem.ts'
import { request } from '../../api/request.ts'
import { refresh } from '../../api/resource.ts'
import { confirm } from '../../components/confirm.tsx'
import { toast } from '../../components/toast.tsx'
import { t } from '../../i18n/text.ts'
import { Replacement } from './replacement.tsx'

const named = ({ version, model_type }: ModelVersion) => ({ version, type: t(`common.${model_type}`) })

/**
 * Puts a version into use, after asking. What it replaces is asked of the server before and after the question: whoever
 * agreed to replace one version has not agreed to replace another that somebody activated meanwhile.
 *
 * @returns whether it is in use now
 */
export async function activate(version: ModelVersion): Promise<boolean> {
  const query = { model_type: version.model_type, active: 'true' } as const
  let agreedTo: string | null | undefined
  for (;;) {
    const answer = await request(() => api.models.$get({ query }))
    if (!answer.ok) return refused(answer.refusal)
    const active = answer.data[0] ?? null
    if (active?.id === version.id) return activated(version)
    if (agreedTo !== undefined && agreedTo === (active?.id ?? null)) break
    const goAhead = await confirm({
      title: t('models.activateTitle', named(version)),
      text: <Replacement version={version} active={active} isChanged={agreedTo !== undefined} />,
      action: t('models.activateAction', named(version)),
    })
    if (!goAhead) return false
    agreedTo = active?.id ?? null
  }
  const answer = await request(() => api.models[':id'].activate.$post({ param: { id: version.id }, header: {} }))
  return answer.ok ? activated(version) : refused(answer.refusal)
}

async function activated(version: ModelVersion): Promise<true> {
  toast.done(t('models.activated', named(version)))
  await refresh('models')
  return true
}

/** What was refused is looked at again: it may have been deleted meanwhile. */
async function refused(refusal: Problem): Promise<false> {
  toast.refused(refusal)
  await refresh('models')
  return false
}

/** Deletes a version that is not in use, after asking. @returns whether it is gone */
export async function remove(version: ModelVersion): Promise<boolean> {
  const goAhead = await confirm({
    title: t('models.deleteTitle', named(version)),
    text: <p>{t('models.deleteText', named(version))}</p>,
    action: t('models.deleteAction', named(version)),
    dangerous: true,
  })
  if (!goAhead) return false
  const answer = await request(() => api.models[':id'].$delete({ param: { id: version.id }, header: {} }))
  if (!answer.ok) return refused(answer.refusal)
  toast.done(t('models.deleted', named(version)))
  await Promise.all([refresh('models'), refresh('status')])
  return true
}
