import { useId, useRef, useState } from 'preact/hooks'
import type { ModelVersion } from '../../../client/index.ts'
import type { ModelType } from '../../../shared/model-types.ts'
import { Empty, Loaded } from '../../components/notice.tsx'
import { Pager } from '../../components/table.tsx'
import { JobFormLink } from '../../domain/job-form-link.tsx'
import { t } from '../../i18n/text.ts'
import { ActiveVersion } from './active-version.tsx'
import type { LinkedVersion } from './linked-version.tsx'
import { useVersions } from './resources.ts'
import { VersionTable } from './version-table.tsx'

type TypeSectionProps = {
  type: ModelType
  /** The active version; `null`: the type has no versions. */
  active: ModelVersion | null
  /** The linked version, if it is of this type. */
  linked: LinkedVersion | null
}

/** The versions of a type: the active one, and the others by pages. */
export function TypeSection({ type, active, linked }: TypeSectionProps) {
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
      {active === null ? <NoVersions type={type} /> : <ActiveVersion version={active} linked={linked} />}
      {active !== null && (
        <>
          <h3 ref={others} tabIndex={-1}>
            {t('models.others')}
          </h3>
          <Loaded of={page} lines={4}>
            {({ versions, next }) => (
              <>
                {versions.length === 0 && (
                  <p class="quiet">{t(cursor === null ? 'models.noOthers' : 'models.noneHere')}</p>
                )}
                {versions.length > 0 && (
                  <VersionTable
                    caption={t('models.othersOf', { type: t(`common.${type}`) })}
                    versions={cursor === null ? withLinked(versions, linked, active) : versions}
                    active={active}
                    linked={linked}
                    onLeft={(to) => (to === 'use' ? heading : others).current?.focus()}
                  />
                )}
                <Pager cursor={cursor} next={next} onTurn={turnTo} />
              </>
            )}
          </Loaded>
        </>
      )}
    </section>
  )
}

/** The newest versions, with the linked one first if it is not among them. */
function withLinked(versions: ModelVersion[], linked: LinkedVersion | null, active: ModelVersion): ModelVersion[] {
  if (linked === null || [active, ...versions].some(({ id }) => id === linked.version.id)) return versions
  return [linked.version, ...versions]
}

function NoVersions({ type }: { type: ModelType }) {
  return (
    <Empty title={t('models.noneOf', { type: t(`common.${type}`) })}>
      <p>{t('models.noneText')}</p>
      <JobFormLink>{t('models.newJob')}</JobFormLink>
    </Empty>
  )
}
