import { FieldError } from '../../../components/field.tsx'
import { formatCount } from '../../../i18n/format.ts'
import { locale } from '../../../i18n/locale.ts'
import { t } from '../../../i18n/text.ts'
import { UPLOAD_FILE_BYTES_MAX, UPLOAD_ROWS_MAX } from '../../../platform/limits.ts'
import { ColumnGuide } from './column-guide.tsx'
import { formatBytes } from './messages.ts'
import { Step } from './step.tsx'
import type { Unreadable } from './table.ts'
import germanTemplate from './template.de.csv?url'
import englishTemplate from './template.en.csv?url'
import { openFiles } from './upload.ts'

const templates = {
  de: { address: germanTemplate, name: 'stellwerk-dokumente.csv' },
  en: { address: englishTemplate, name: 'stellwerk-documents.csv' },
}

/** The place for a file: to drop it on, or to choose it. */
export function ChooseFile({ unreadable }: { unreadable: { name: string; why: Unreadable } | null }) {
  const bounds = { size: formatBytes(UPLOAD_FILE_BYTES_MAX), rows: formatCount(UPLOAD_ROWS_MAX) }
  const template = templates[locale.value]
  return (
    <Step key="none" title={t('dataset.upload')}>
      <div class="drop-zone">
        <p>{t('dataset.dropHere')}</p>
        <label class="button">
          {t('dataset.choose')}
          <input
            type="file"
            class="visually-hidden"
            accept=".csv,.tsv,.txt,.json"
            aria-describedby="file-limits"
            onChange={({ currentTarget }) => void openFiles([...(currentTarget.files ?? [])])}
          />
        </label>
      </div>
      <div role="alert">
        {unreadable && (
          <div class="field">
            <FieldError id="unreadable">
              <strong>{t('dataset.unreadable', { name: unreadable.name })}</strong>{' '}
              {t(`dataset.${unreadable.why.reason}`, { ...bounds, said: unreadable.why.message ?? '' })}
            </FieldError>
          </div>
        )}
      </div>
      <p id="file-limits" class="small quiet">
        {t('dataset.fileLimits', bounds)}
      </p>
      <p>
        <a href={template.address} download={template.name}>
          {t('dataset.template')}
        </a>
      </p>
      <ColumnGuide />
    </Step>
  )
}
