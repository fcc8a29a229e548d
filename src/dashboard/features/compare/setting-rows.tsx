import { Bundeslaender } from '../../domain/bundeslaender.tsx'
import type { JobColumn } from '../../domain/job-columns.ts'
import { differs } from '../../domain/job-settings.ts'
import { t } from '../../i18n/text.ts'
import type { ComparedJob } from './compared-jobs.ts'
import { settingColumns } from './setting-columns.ts'

type SettingRowsProps = {
  jobs: readonly ComparedJob[]
  /** Also the settings that are the same in all jobs. */
  all: boolean
}

/** In which parameters and settings the jobs differ. */
export function SettingRows({ jobs, all }: SettingRowsProps) {
  const snapshots = jobs.map(({ job }) => job)
  const visible = settingColumns(snapshots).filter((column) => all || differs(column, snapshots))
  return (
    <tbody>
      <tr class="group">
        <th scope="rowgroup" colSpan={jobs.length + 1}>
          {t(all ? 'compare.settings' : 'compare.differences')}
        </th>
      </tr>
      {visible.length === 0 && (
        <tr>
          <td colSpan={jobs.length + 1} class="quiet">
            {t('compare.noDifferences')}
          </td>
        </tr>
      )}
      {visible.map((column) => (
        <SettingRow key={column.key} column={column} jobs={jobs} mark={all && differs(column, snapshots)} />
      ))}
    </tbody>
  )
}

type SettingRowProps = {
  column: JobColumn
  jobs: readonly ComparedJob[]
  /** Marks that the jobs differ in it, where equal settings are shown too. */
  mark: boolean
}

function SettingRow({ column: { title, text }, jobs, mark }: SettingRowProps) {
  return (
    <tr>
      <th scope="row">
        {title}
        {mark && (
          <>
            <span aria-hidden="true"> ≠</span>
            <span class="visually-hidden"> ({t('compare.differs')})</span>
          </>
        )}
      </th>
      {jobs.map(({ id, job }) => {
        const value = text(job)
        return <td key={id}>{typeof value === 'string' ? value : <Bundeslaender codes={value} />}</td>
      })}
    </tr>
  )
}
