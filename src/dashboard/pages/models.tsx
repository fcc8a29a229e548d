import '../styles/models.css'
import type { ModelType } from '../../models/model-type.ts'
import { Segments } from '../components/field.tsx'
import { Empty, Loaded } from '../components/notice.tsx'
import { t } from '../i18n/text.ts'
import { query, setQuery } from '../router.ts'
import { PageHeading } from '../shell/page-heading.tsx'
import { VerdictMark } from './models/difference.tsx'
import { modelTypes, useActiveVersions } from './models/resources.ts'
import { TypeSection } from './models/type-section.tsx'

const chosenType = (): ModelType | null => modelTypes.find((type) => type === query.value.get('type')) ?? null

/** The model versions of each type, and which of them is in use. */
export default function ModelsPage() {
  const active = useActiveVersions()
  const chosen = chosenType()
  const types = chosen === null ? modelTypes : [chosen]
  return (
    <div class="stack">
      <PageHeading title={t('models.title')} />
      <div class="row between models-filter">
        <Segments
          label={t('models.filter')}
          value={chosen ?? 'all'}
          options={[['all', t('models.all')], ...modelTypes.map((type) => [type, t(`common.${type}`)] as const)]}
          onChange={(type) => setQuery({ type: type === 'all' ? null : type })}
        />
        {active.data !== null && active.data.length > 0 && <Key />}
      </div>
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
              />
            ))
          )
        }
      </Loaded>
    </div>
  )
}

/** What the marks beside the scores mean. */
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
      <a class="button primary" href="/jobs/new">
        {t('models.newTraining')}
      </a>
    </Empty>
  )
}
