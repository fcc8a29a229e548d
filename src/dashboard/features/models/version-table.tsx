import { useState } from 'preact/hooks'
import type { ModelVersion } from '../../../client/index.ts'
import { Button } from '../../components/button.tsx'
import { CardTable, tableRoles } from '../../components/table.tsx'
import { typeName } from '../../domain/type-name.ts'
import { t } from '../../i18n/text.ts'
import { activate, remove } from './commands.tsx'
import { Details, DetailsToggle } from './details.tsx'
import { DifferenceMark } from './difference.tsx'
import { type LinkedVersion, LinkedVersionMark } from './linked-version.tsx'
import { differenceOf, scores, scoreText } from './scores.ts'
import { Lineage, VersionMeta } from './version-meta.tsx'

type VersionTableProps = {
  caption: string
  versions: readonly ModelVersion[]
  /** The version they are compared with; `null`: none is active. */
  active: ModelVersion | null
  /** The linked version, on any page. */
  linked: LinkedVersion | null
  /** A version was activated or deleted, and its focused button disappeared. */
  onLeft: (to: 'use' | 'nowhere') => void
}

/** Inactive versions. On narrow screens each row is a block. */
export function VersionTable({ caption, versions, active, linked, onLeft }: VersionTableProps) {
  return (
    <CardTable
      caption={caption}
      class="versions"
      headings={[
        { title: t('models.version') },
        { title: t('models.origin') },
        ...scores.map(({ title }) => ({ title: t(title), class: 'number' })),
        { title: t('models.actions'), hidden: true },
      ]}
    >
      {versions.map((version) => (
        <VersionRow
          key={version.id}
          version={version}
          active={active}
          linked={linked?.version.id === version.id ? linked : null}
          onLeft={onLeft}
        />
      ))}
    </CardTable>
  )
}

type VersionRowProps = Pick<VersionTableProps, 'active' | 'linked' | 'onLeft'> & { version: ModelVersion }

function VersionRow({ version, active, linked, onLeft }: VersionRowProps) {
  const params = { version: version.version, type: typeName(version.model_type) }
  const activateIt = async () => {
    if (await activate(version)) onLeft('use')
  }
  const removeIt = async () => {
    if (await remove(version)) onLeft('nowhere')
  }
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <tr {...tableRoles.row} data-linked={linked !== null}>
        <th {...tableRoles.rowHeading} scope="row">
          <span class="version-number">{version.version}</span>
          {linked && <LinkedVersionMark of={linked} />}
          <VersionMeta version={version} />
          <DetailsToggle version={version} isOpen={isOpen} onToggle={() => setOpen(!isOpen)} />
        </th>
        <td {...tableRoles.cell}>
          <Lineage version={version} />
        </td>
        {scores.map((score) => {
          const difference = active && differenceOf(score, version, active)
          return (
            <td {...tableRoles.cell} key={score.name} class="number" data-label={t(score.title)}>
              {scoreText(score, version)}
              {difference && <DifferenceMark difference={difference} digits={score.digits} />}
            </td>
          )
        })}
        <td {...tableRoles.cell}>
          <div class="version-actions">
            <Button needs="admin" label={t('models.activateLabel', params)} onClick={activateIt}>
              {t('models.activate')}
            </Button>
            <Button needs="admin" look="plain" label={t('models.deleteLabel', params)} onClick={removeIt}>
              {t('models.delete')}
            </Button>
          </div>
        </td>
      </tr>
      {isOpen && (
        <tr {...tableRoles.row}>
          <td {...tableRoles.cell} colSpan={3 + scores.length}>
            <Details version={version} active={active} />
          </td>
        </tr>
      )}
    </>
  )
}
