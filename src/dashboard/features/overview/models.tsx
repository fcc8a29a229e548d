import type { ModelVersion } from '../../../client/index.ts'
import { type MetricValue, numberOf } from '../../../shared/metric-value.ts'
import { modelTypes } from '../../../shared/model-types.ts'
import { typeName } from '../../domain/type-name.ts'
import { formatScore } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'

/** The active version of each model type, with its scores. */
export function ActiveModels({ versions }: { versions: readonly ModelVersion[] }) {
  return (
    <section class="panel" aria-labelledby="active-models">
      <div class="row between">
        <h2 id="active-models">{t('overview.activeModels')}</h2>
        <a href="/models">{t('overview.allModels')}</a>
      </div>
      <div class="active-models">
        {modelTypes.map((type) => (
          <ActiveModel
            key={type}
            type={type}
            version={versions.find(({ model_type }) => model_type === type) ?? null}
          />
        ))}
      </div>
    </section>
  )
}

function ActiveModel({ type, version }: { type: ModelVersion['model_type']; version: ModelVersion | null }) {
  return (
    <div class="active-model">
      <h3>
        {typeName(type)} <span class={version ? 'model-version' : 'quiet'}>{version?.version ?? ''}</span>
      </h3>
      {version === null ? <p class="quiet small">{t('overview.noModel')}</p> : <Scores of={version.metrics} />}
    </div>
  )
}

/** The filled part of a score's bar, 0–1: none without a score, or if it is not a number. */
const share = (value: MetricValue | null): number => Math.min(1, Math.max(0, numberOf(value) || 0))

function Scores({ of: { f1_score, precision, recall, accuracy } }: { of: ModelVersion['metrics'] }) {
  const scores = [
    [t('models.f1'), f1_score],
    [t('models.precision'), precision],
    [t('models.recall'), recall],
    [t('models.accuracy'), accuracy],
  ] as const
  return (
    <dl class="scores">
      {scores.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <span class="bar" aria-hidden="true">
              <span style={{ inlineSize: `${share(value) * 100}%` }} />
            </span>
            {formatScore(numberOf(value))}
          </dd>
        </div>
      ))}
    </dl>
  )
}
