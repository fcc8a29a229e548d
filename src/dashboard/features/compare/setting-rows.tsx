import { Bundeslaender } from '../../domain/bundeslaender.tsx'
import { differs, type Setting, settings } from '../../domain/job-settings.ts'
import { t } from '../../i18n/text.ts'
import type { ComparedJob } from './compared-jobs.ts'

type SettingRowsProps = {
  jobs: readonly ComparedJob[]
  /** Also the settings that are the same in all jobs. */
  all: boolean
}

/** In which settings the jobs differ. */
export function SettingRows({ jobs, all }: SettingRowsProps) {
  const snapshots = jobs.map(({ job }) => job)
  const visible = settings.filter((setting) => all || differs(setting, snapshots))
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
      {visible.map((setting) => (
        <SettingRow key={setting.name} setting={setting} jobs={jobs} mark={all && differs(setting, snapshots)} />
      ))}
    </tbody>
  )
}

type SettingRowProps = {
  setting: Setting
  jobs: readonly ComparedJob[]
  /** Marks that the jobs differ in it, where equal settings are shown too. */
  mark: boolean
}

function SettingRow({ setting: { title, text }, jobs, mark }: SettingRowProps) {
  return (
    <tr>
      <th scope="row">
        {t(title)}
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
