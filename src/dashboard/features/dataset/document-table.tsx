import { bundeslandNames } from '../../../shared/bundeslaender.ts'
import { tableRoles } from '../../components/table.tsx'
import { formatCount } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'
import type { Document } from './data.ts'
import { DeleteDocument } from './delete-document.tsx'
import { Flag } from './flag.tsx'

/** Documents, row by row; on narrow screens each row is a card. */
export function DocumentTable({ documents }: { documents: readonly Document[] }) {
  return (
    <table {...tableRoles.table} class="table document-table">
      <caption class="visually-hidden">{t('dataset.list')}</caption>
      <thead {...tableRoles.group}>
        <tr {...tableRoles.row}>
          <th {...tableRoles.columnHeading} scope="col">
            {t('dataset.titleField')}
          </th>
          <th {...tableRoles.columnHeading} scope="col">
            {t('dataset.land')}
          </th>
          <th {...tableRoles.columnHeading} scope="col">
            {t('dataset.type')}
          </th>
          <th {...tableRoles.columnHeading} scope="col" class="number">
            {t('dataset.chunks')}
          </th>
          <th {...tableRoles.columnHeading} scope="col">
            {t('dataset.training')}
          </th>
          <th {...tableRoles.columnHeading} scope="col">
            <span class="visually-hidden">{t('dataset.delete')}</span>
          </th>
        </tr>
      </thead>
      <tbody {...tableRoles.group}>
        {documents.map((document) => (
          <Row key={document.id} document={document} />
        ))}
      </tbody>
    </table>
  )
}

function Row({ document }: { document: Document }) {
  const { id, title, bundesland, doc_type, chunks, training_allowed } = document
  return (
    <tr {...tableRoles.row}>
      <th {...tableRoles.rowHeading} scope="row">
        {title}
        <span class="document-meta">
          <code>{id}</code> <Source of={document} />
        </span>
      </th>
      <td {...tableRoles.cell}>{bundeslandNames[bundesland]}</td>
      <td {...tableRoles.cell}>{doc_type}</td>
      <td {...tableRoles.cell} class="number">
        {formatCount(chunks)} <span class="unit">{t('dataset.chunks')}</span>
      </td>
      <td {...tableRoles.cell}>
        <Flag set={training_allowed} />
      </td>
      <td {...tableRoles.cell} class="delete">
        <DeleteDocument of={document} />
      </td>
    </tr>
  )
}

/** Where a document comes from: only web addresses are links. */
function Source({ of: { source_url, title } }: { of: Document }) {
  const url = source_url === null ? null : URL.parse(source_url)
  if (url === null || !/^https?:$/.test(url.protocol)) return null
  return (
    <a
      href={url.href}
      target="_blank"
      rel="noreferrer"
      aria-label={t('dataset.openSource', { title, host: url.host })}
      title={url.href}
    >
      {url.host}
    </a>
  )
}
