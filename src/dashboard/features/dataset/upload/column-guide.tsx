import { Table } from '../../../components/table.tsx'
import { t } from '../../../i18n/text.ts'
import { chunksMax, docTypeLengthMax, idLengthMax, titleLengthMax } from './bounds.ts'
import { type Field, fields } from './fields.ts'
import { fieldNames } from './messages.ts'

/** The content of each column. */
export function ColumnGuide() {
  const contents: Record<Field, string> = {
    id: t('dataset.aboutId', { max: idLengthMax }),
    title: t('dataset.aboutTitle', { max: titleLengthMax }),
    bundesland: t('dataset.aboutBundesland'),
    doc_type: t('dataset.aboutDocType', { max: docTypeLengthMax }),
    chunks: t('dataset.aboutChunks', { max: chunksMax }),
    training_allowed: t('dataset.aboutFlag'),
    source_url: t('dataset.aboutUrl'),
  }
  return (
    <details>
      <summary>{t('dataset.whichColumns')}</summary>
      <div class="stack-s">
        <p>{t('dataset.whichColumnsText')}</p>
        <Table
          caption={t('dataset.whichColumns')}
          rows={fields}
          rowKey={(field) => field}
          columns={[
            { key: 'name', title: t('dataset.columnName'), heading: true, cell: (field) => t(fieldNames[field]) },
            { key: 'api', title: t('dataset.apiName'), cell: (field) => <code>{field}</code> },
            { key: 'content', title: t('dataset.columnContent'), cell: (field) => contents[field] },
          ]}
        />
      </div>
    </details>
  )
}
