import { FieldError, SelectField } from '../../../components/field.tsx'
import { formatList } from '../../../i18n/format.ts'
import { t } from '../../../i18n/text.ts'
import { UPLOAD_COLUMNS_MAX } from '../../../platform/limits.ts'
import { type Field, fields } from './fields.ts'
import { fieldNames } from './messages.ts'
import { chooseColumns, type OpenFile } from './upload.ts'

const none = ''

/** Maps columns to fields: guessed from the headings, and editable. */
export function ColumnChoice({ file, missing }: { file: OpenFile; missing: Field[] }) {
  const { columns } = file
  const header = file.table.header.slice(0, UPLOAD_COLUMNS_MAX)
  const usedColumns = new Set(Object.values(columns))
  const ignored = header.filter((name, at) => !usedColumns.has(at) && name.trim() !== '')
  const options = [
    [none, t('dataset.noColumn')] as const,
    ...header.map((name, at) => [String(at), name.trim() || t('dataset.columnAt', { number: at + 1 })] as const),
  ]
  return (
    <details class="column-choice" open={missing.length > 0}>
      <summary>
        {t('dataset.columns')}
        {missing.length === 0 && <span class="quiet"> – {t('dataset.columnsFound')}</span>}
      </summary>
      <div class="stack-s">
        {missing.length > 0 && (
          <div class="field">
            <FieldError id="columns-missing">
              {t('dataset.columnsMissing', { fields: formatList(missing.map((field) => t(fieldNames[field]))) })}
            </FieldError>
          </div>
        )}
        <div class="column-fields">
          {fields.map((field) => (
            <SelectField
              key={field}
              label={t(fieldNames[field])}
              value={columns[field] === null ? none : String(columns[field])}
              options={options}
              onChange={(at) => chooseColumns({ ...columns, [field]: at === none ? null : Number(at) })}
            />
          ))}
        </div>
        {ignored.length > 0 && <p class="small quiet">{t('dataset.columnsIgnored', { names: formatList(ignored) })}</p>}
      </div>
    </details>
  )
}
