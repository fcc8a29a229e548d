import { useId, useRef, useState } from 'preact/hooks'
import type { ModelType } from '../../../models/model-type.ts'
import type { ModelVersion } from '../../../models/schema.ts'
import { Empty, Loaded } from '../../components/notice.tsx'
import { Pager } from '../../components/table.tsx'
import { t } from '../../i18n/text.ts'
import { ActiveVersion } from './active-version.tsx'
import { useVersions } from './resources.ts'
import { VersionTable } from './version-table.tsx'

type TypeSectionProps = {
  type: ModelType
  /** The version in use; `null`: there is none, and so no version at all. */
  active: ModelVersion | null
}

/** The versions of a type: the one in use, and the others page by page. */
export function TypeSection({ type, active }: TypeSectionProps) {
  const [cursor, setCursor] = useState<string | null>(null)
  const page = useVersions(type, cursor)
  const heading = useRef<HTMLHeadingElement>(null)
  const others = useRef<HTMLHeadingElement>(null)
  const id = useId()
  const turnTo = (next: string | null) => {
    setCursor(next)
    others.current?.focus()
  }
  return (
    <section class="stack-s" aria-labelledby={id}>
      <h2 ref={heading} id={id} tabIndex={-1}>
        {t(`common.${type}`)}
      </h2>
      {active === null ? <NoVersions type={type} /> : <ActiveVersion version={active} />}
      {active !== null && (
        <>
          <h3 ref={others} tabIndex={-1}>
            {t('models.others')}
          </h3>
          <Loaded of={page} lines={4}>
            {({ versions, next }) => (
              <>
                {versions.length === 0 && <p class="quiet">{t('models.noOthers')}</p>}
                {versions.length > 0 && (
                  <VersionTable
                    caption={t('models.othersOf', { type: t(`common.${type}`) })}
                    versions={versions}
                    active={active}
                    onLeft={(to) => (to === 'use' ? heading : others).current?.focus()}
                  />
                )}
                <Pager first={cursor === null} next={next} onFirst={() => turnTo(null)} onNext={turnTo} />
              </>
            )}
          </Loaded>
        </>
      )}
    </section>
  )
}

function NoVersions({ type }: { type: ModelType }) {
  return (
    <Empty title={t('models.noneOf', { type: t(`common.${type}`) })}>
      <p>{t('models.noneText')}</p>
      <a class="button" href="/jobs/new">
        {t('models.newTraining')}
      </a>
    </Empty>
  )
}
