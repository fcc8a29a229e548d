import type { ModelVersion } from '../../../client/index.ts'
import { api } from '../../api/client.ts'
import type { Problem } from '../../api/problem.ts'
import { type Answer, entityTag, request } from '../../api/request.ts'
import { refresh } from '../../api/resource.ts'
import { confirm } from '../../components/confirm.tsx'
import type { Question } from '../../components/question.ts'
import { toast } from '../../components/toast.tsx'
import { typeName } from '../../domain/type-name.ts'
import { t } from '../../i18n/text.ts'
import { ChangedMeanwhile, Replacement } from './replacement.tsx'

const paramsOf = ({ version, model_type }: ModelVersion) => ({ version, type: typeName(model_type) })

/** Activates a version after confirmation. @returns whether it is active now */
export async function activate(version: ModelVersion): Promise<boolean> {
  const answer = await askAndSend(
    version,
    (active, hasChanged) => ({
      title: t('models.activateTitle', paramsOf(version)),
      text: <Replacement version={version} active={active} hasChanged={hasChanged} />,
      action: t('models.activateAction', paramsOf(version)),
    }),
    (input) => request(() => api.models[':id'].activate.$post(input)),
  )
  if (answer === null) return false
  if (!answer.ok) return refused(answer.refusal)
  toast.done(t('models.activated', paramsOf(version)))
  await refresh('models')
  return true
}

/** Deletes a version that is not active, after confirmation. @returns whether it was deleted */
export async function remove(version: ModelVersion): Promise<boolean> {
  const answer = await askAndSend(
    version,
    (active, hasChanged) => ({
      title: t('models.deleteTitle', paramsOf(version)),
      text: (
        <div class="stack-s">
          {hasChanged && active && <ChangedMeanwhile active={active} />}
          <p>{t('models.deleteText', paramsOf(version))}</p>
        </div>
      ),
      action: t('models.deleteAction', paramsOf(version)),
      dangerous: true,
    }),
    (input) => request(() => api.models[':id'].$delete(input)),
  )
  if (answer === null) return false
  if (!answer.ok) return refused(answer.refusal)
  toast.done(t('models.deleted', paramsOf(version)))
  await Promise.all([refresh('models'), refresh('status')])
  return true
}

/** The input of a command to a version. */
type CommandInput = { param: { id: string }; header: { 'If-Match'?: string } }

/**
 * Asks about a version in relation to the active one of its type, and sends the command on the condition that this is
 * still active. If not, the question is asked again: agreeing to replace one version is not agreeing to replace
 * another. Commands that change nothing or would be rejected are sent without a question.
 *
 * @returns `null`: the question was declined
 */
async function askAndSend(
  version: ModelVersion,
  questionOf: (active: ModelVersion | null, hasChanged: boolean) => Question,
  send: (input: CommandInput) => Promise<Answer<unknown>>,
): Promise<Answer<unknown> | null> {
  const query = { model_type: version.model_type, active: 'true' } as const
  for (let hasChanged = false; ; hasChanged = true) {
    const activeAnswer = await request(() => api.models.$get({ query }))
    if (!activeAnswer.ok) return activeAnswer
    const active = activeAnswer.data[0] ?? null
    if (active?.id !== version.id && !(await confirm(questionOf(active, hasChanged)))) return null
    const tag = entityTag(activeAnswer.headers)
    const answer = await send({ param: { id: version.id }, header: tag === null ? {} : { 'If-Match': tag } })
    if (answer.ok || answer.refusal.status !== 412) return answer
  }
}

/** A rejected command may concern a deleted version: revalidate. */
async function refused(refusal: Problem): Promise<false> {
  toast.refused(refusal)
  await refresh('models')
  return false
}
