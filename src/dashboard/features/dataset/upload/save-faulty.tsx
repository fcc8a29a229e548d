import { Button } from '../../../components/button.tsx'
import { saveFile } from '../../../components/save-file.ts'
import { t } from '../../../i18n/text.ts'
import type { FaultyRow } from './check.ts'
import { writeCsv } from './csv.ts'
import { cellText, errorSentence } from './messages.ts'
import type { OpenFile } from './upload.ts'

/** Saves the invalid rows with their errors as a file that can be corrected and uploaded. */
export function SaveFaulty({ file, rows }: { file: OpenFile; rows: readonly FaultyRow[] }) {
  const save = () => {
    const { header, rows: cells } = file.table
    const lines = rows.map(({ index, errors }) => [
      ...header.map((_, column) => cellText(cells[index]?.[column])),
      errors.map(errorSentence).join(' | '),
    ])
    const content = writeCsv([[...header, t('dataset.errorsColumn')], ...lines])
    saveFile([content], 'text/csv', file.name.replace(/(\.\w+)?$/, `-${t('dataset.errorsColumn').toLowerCase()}.csv`))
  }
  return <Button onClick={save}>{t('dataset.saveFaulty')}</Button>
}
