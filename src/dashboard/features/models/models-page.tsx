import './models.css'
import { useRef } from 'preact/hooks'
import type { ModelType } from '../../../shared/model-types.ts'
import { modelTypes } from '../../../shared/model-types.ts'
import { Segments } from '../../components/field.tsx'
import { Empty, Loaded } from '../../components/notice.tsx'
import { PageHeading } from '../../components/page-heading.tsx'
import { JobFormLink } from '../../domain/job-form-link.tsx'
import { useActiveVersions } from '../../domain/resources.ts'
import { t } from '../../i18n/text.ts'
import { query, setQuery } from '../../platform/router.ts'
import { VerdictMark } from './difference.tsx'
import type { LinkedVersion } from './linked-version.tsx'
import { useVersion } from './resources.ts'
import { TypeSection } from './type-section.tsx'

const chosenType = (name: string | null): ModelType | null => modelTypes.find((type) => type === name) ?? null

/** The linked version: `undefined` while unknown, `null` when it does not exist. */
function useLinkedVersion(): LinkedVersion | null | undefined {
  const id = query.value.get('version')
  const { data } = useVersion(id)
  const ledTo = useRef<string | null>(null)
  if (id === null || data === null) return undefined
  if (data.version === null) return null
  const onShown = (mark: HTMLElement) => {
    // Scroll to it only once.
    if (ledTo.current === id) return
    ledTo.current = id
    mark.focus({ preventScroll: true })
    mark.scrollIntoView({ block: 'center' })
  }
  return { version: data.version, onShown }
}

/** The model versions of each type, and which is active. Scrolls to a linked version. */
export default function ModelsPage() {
  const active = useActiveVersions()
  const linked = useLinkedVersion()
  const chosen = chosenType(linked?.version.model_type ?? query.value.get('type'))
  const types = chosen === null ? modelTypes : [chosen]
  return (
    <div class="stack">
      <PageHeading title={t('models.title')} />
      <div class="row between models-filter">
        <Segments
          label={t('models.filter')}
          value={chosen ?? 'all'}
          options={[['all', t('models.all')], ...modelTypes.map((type) => [type, t(`common.${type}`)] as const)]}
          onChange={(type) => setQuery({ type: type === 'all' ? null : type, version: null })}
        />
        {active.data !== null && active.data.length > 0 && <Key />}
      </div>
      {linked === null && (
        <p class="quiet" role="status">
          {t('models.linkedGone')}
        </p>
      )}
      <Loaded of={active} lines={8}>
        {(versions) =>
          versions.length === 0 ? (
            <NothingYet />
          ) : (
            types.map((type) => (
              <TypeSection
                key={type}
                type={type}
                active={versions.find(({ model_type }) => model_type === type) ?? null}
                linked={linked?.version.model_type === type ? linked : null}
              />
            ))
          )
        }
      </Loaded>
    </div>
  )
}

/** The legend of the marks beside the scores. */
function Key() {
  return (
    <ul class="key quiet small" aria-label={t('common.legend')}>
      {(['better', 'worse', 'same'] as const).map((verdict) => (
        <li key={verdict}>
          <VerdictMark verdict={verdict} /> {t(`models.${verdict}`)}
        </li>
      ))}
    </ul>
  )
}

function NothingYet() {
  return (
    <Empty title={t('models.none')}>
      <p>{t('models.noneText')}</p>
      <JobFormLink look="primary">{t('models.newJob')}</JobFormLink>
    </Empty>
  )
}
