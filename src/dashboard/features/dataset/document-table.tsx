import { checkShape, crossShape } from '../../components/icons.tsx'
import { CardTable, tableRoles } from '../../components/table.tsx'
import { bundeslandName } from '../../i18n/bundesland.ts'
import { formatCount } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'
import type { Document } from './data.ts'
import { DeleteDocument } from './delete-document.tsx'

/** Documents, row by row; on narrow screens each row is a card. */
export function DocumentTable({ documents }: { documents: readonly Document[] }) {
  return (
    <CardTable
      caption={t('dataset.list')}
      class="document-table"
      headings={[
        { title: t('dataset.titleField') },
        { title: t('dataset.land') },
        { title: t('dataset.type') },
        { title: t('dataset.chunks'), class: 'number' },
        { title: t('dataset.training') },
        { title: t('dataset.delete'), hidden: true },
      ]}
    >
      {documents.map((document) => (
        <Row key={document.id} document={document} />
      ))}
    </CardTable>
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
      <td {...tableRoles.cell}>{bundeslandName(bundesland)}</td>
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

/** Whether models may be trained on a document: a shape and a word. */
export function Flag({ set }: { set: boolean }) {
  return (
    <span class="flag" data-set={set}>
      <svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true">
        <path d={set ? checkShape : crossShape} fill="none" stroke="currentColor" stroke-width="2" />
      </svg>
      {set ? t('dataset.released') : t('dataset.notReleased')}
    </span>
  )
}
