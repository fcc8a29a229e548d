import { useState } from 'preact/hooks'
import type { ModelVersion } from '../../../client/index.ts'
import { Button } from '../../components/button.tsx'
import { typeName } from '../../domain/type-name.ts'
import { t } from '../../i18n/text.ts'
import { Details, DetailsToggle } from './details.tsx'
import { type LinkedVersion, LinkedVersionMark } from './linked-version.tsx'
import { scores, scoreText } from './scores.ts'
import { Lineage, VersionMeta } from './version-meta.tsx'

/** The active version: the reference for all others. */
export function ActiveVersion({ version, linked }: { version: ModelVersion; linked: LinkedVersion | null }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <div class="active-version">
      <div class="active-head">
        <p class="row">
          <strong class="active-number">{version.version}</strong>
          <span class="in-use">
            <svg viewBox="0 0 16 16" aria-hidden="true">
              <circle cx="8" cy="8" r="7" />
              <path d="M4.5 8.2 7 10.7l4.5-5" />
            </svg>
            {t('models.active')}
          </span>
          {linked?.version.id === version.id && <LinkedVersionMark of={linked} />}
        </p>
        <VersionMeta version={version} />
        <Lineage version={version} />
        <DetailsToggle version={version} isOpen={isOpen} onToggle={() => setOpen(!isOpen)} />
      </div>
      <dl class="active-scores">
        {scores.map((score) => (
          <div key={score.name}>
            <dt>{t(score.title)}</dt>
            <dd>{scoreText(score, version)}</dd>
          </div>
        ))}
      </dl>
      <Button
        needs="admin"
        unavailable={t('problem.active-model')}
        label={t('models.deleteLabel', { version: version.version, type: typeName(version.model_type) })}
      >
        {t('models.delete')}
      </Button>
      {isOpen && <Details version={version} active={version} />}
    </div>
  )
}
