import type { ModelVersion } from '../../../client/index.ts'
import { Button } from '../../components/button.tsx'
import { tableRoles } from '../../components/table.tsx'
import { t } from '../../i18n/text.ts'
import { activate, remove } from './commands.tsx'
import { DifferenceMark } from './difference.tsx'
import { Figure } from './figure.tsx'
import { Lineage } from './lineage.tsx'
import { differenceOf, scores } from './scores.ts'
import { type Sought, SoughtMark } from './sought-mark.tsx'
import { Written } from './written.tsx'

type VersionTableProps = {
  caption: string
  versions: readonly ModelVersion[]
  /** What they are held against; `null`: nothing is in use. */
  active: ModelVersion | null
  /** The version that the address names, wherever it is. */
  sought: Sought | null
  /** A version has left the table, and with it the button that had the focus: it is in use now, or is deleted. */
  onLeft: (to: 'use' | 'nowhere') => void
}

/** Versions that are not in use. On narrow screens each row is a block. */
export function VersionTable({ caption, versions, active, sought, onLeft }: VersionTableProps) {
  return (
    <table {...tableRoles.table} class="table versions">
      <caption class="visually-hidden">{caption}</caption>
      <thead {...tableRoles.group}>
        <tr {...tableRoles.row}>
          <th {...tableRoles.columnHeading} scope="col">
            {t('models.version')}
          </th>
          <th {...tableRoles.columnHeading} scope="col">
            {t('models.origin')}
          </th>
          {scores.map(({ name, title }) => (
            <th key={name} {...tableRoles.columnHeading} scope="col" class="number">
              {t(title)}
            </th>
          ))}
          <th {...tableRoles.columnHeading} scope="col">
            <span class="visually-hidden">{t('models.actions')}</span>
          </th>
        </tr>
      </thead>
      <tbody {...tableRoles.group}>
        {versions.map((version) => (
          <VersionRow
            key={version.id}
            version={version}
            active={active}
            sought={sought?.version.id === version.id ? sought : null}
            onLeft={onLeft}
          />
        ))}
      </tbody>
    </table>
  )
}

type VersionRowProps = Pick<VersionTableProps, 'active' | 'sought' | 'onLeft'> & { version: ModelVersion }

function VersionRow({ version, active, sought, onLeft }: VersionRowProps) {
  const named = { version: version.version, type: t(`common.${version.model_type}`) }
  const activateIt = async () => {
    if (await activate(version)) onLeft('use')
  }
  const removeIt = async () => {
    if (await remove(version)) onLeft('nowhere')
  }
  return (
    <tr {...tableRoles.row} data-sought={sought !== null}>
      <th {...tableRoles.rowHeading} scope="row">
        <span class="version-number">{version.version}</span>
        {sought && <SoughtMark of={sought} />}
        <Written version={version} />
      </th>
      <td {...tableRoles.cell}>
        <Lineage version={version} />
      </td>
      {scores.map((score) => {
        const difference = active && differenceOf(score, version, active)
        return (
          <td {...tableRoles.cell} key={score.name} class="number" data-label={t(score.title)}>
            <Figure score={score} version={version} />
            {difference && <DifferenceMark difference={difference} digits={score.digits} />}
          </td>
        )
      })}
      <td {...tableRoles.cell}>
        <div class="version-actions">
          <Button needs="admin" label={t('models.activateLabel', named)} onClick={activateIt}>
            {t('models.activate')}
          </Button>
          <Button needs="admin" look="plain" label={t('models.deleteLabel', named)} onClick={removeIt}>
            {t('models.delete')}
          </Button>
        </div>
      </td>
    </tr>
  )
}
