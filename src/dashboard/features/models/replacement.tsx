import type { ModelVersion } from '../../../client/index.ts'
import { typeName } from '../../domain/type-name.ts'
import { t } from '../../i18n/text.ts'
import { DifferenceMark } from './difference.tsx'
import { differenceOf, scores, scoreText } from './scores.ts'

type ReplacementProps = {
  version: ModelVersion
  /** The version it would replace; `null`: none is active. */
  active: ModelVersion | null
  /** Whether the active version has changed since the question was first asked. */
  hasChanged: boolean
}

/** The effect of activating a version: which one it replaces, and how their scores differ. */
export function Replacement({ version, active, hasChanged }: ReplacementProps) {
  if (active === null) {
    return (
      <div class="stack-s">
        <Withdrawn version={version} />
        <p>{t('models.replacesNone', { type: typeName(version.model_type) })}</p>
      </div>
    )
  }
  return (
    <div class="stack-s">
      <Withdrawn version={version} />
      {hasChanged && <ChangedMeanwhile active={active} />}
      <p>{t('models.replaces', { version: version.version, active: active.version })}</p>
      <table class="table replacement">
        <caption class="visually-hidden">{t('models.scores')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('models.score')}</th>
            <th scope="col" class="number">
              {active.version}
            </th>
            <th scope="col" class="number">
              {version.version}
            </th>
          </tr>
        </thead>
        <tbody>
          {scores.map((score) => {
            const difference = differenceOf(score, version, active)
            return (
              <tr key={score.name}>
                <th scope="row">{t(score.title)}</th>
                <td class="number">{scoreText(score, active)}</td>
                <td class="number">
                  {scoreText(score, version)}
                  {difference && <DifferenceMark difference={difference} digits={score.digits} />}
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

/** Says how many of the documents that a version was trained on may no longer be used for training. */
function Withdrawn({ version: { training_withdrawn } }: { version: ModelVersion }) {
  if (!training_withdrawn) return null
  return (
    <p>
      <strong>{t('models.trainingWithdrawn', { count: training_withdrawn })}</strong>
    </p>
  )
}

/** Says which version is active now, when that has changed while a question was open. */
export function ChangedMeanwhile({ active }: { active: ModelVersion }) {
  return (
    <p role="alert">
      <strong>{t('models.changedMeanwhile', { active: active.version })}</strong>
    </p>
  )
}
