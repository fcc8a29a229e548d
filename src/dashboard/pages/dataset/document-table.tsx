import { bundeslandNames } from '../../../bundeslaender.ts'
import { formatCount } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'
import type { Document } from './data.ts'
import { DeleteDocument } from './delete-document.tsx'
import { Flag } from './flag.tsx'

/** Documents, row by row; on narrow screens each row is a card. */
export function DocumentTable({ documents }: { documents: readonly Document[] }) {
  return (
    <table class="table document-table">
      <caption class="visually-hidden">{t('dataset.list')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('dataset.titleField')}</th>
          <th scope="col">{t('dataset.land')}</th>
          <th scope="col">{t('dataset.type')}</th>
          <th scope="col" class="number">
            {t('dataset.chunks')}
          </th>
          <th scope="col">{t('dataset.training')}</th>
          <th scope="col">
            <span class="visually-hidden">{t('dataset.delete')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
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
    <tr>
      <th scope="row">
        {title}
        <span class="document-meta">
          <code>{id}</code> <Source of={document} />
        </span>
      </th>
      <td>{bundeslandNames[bundesland]}</td>
      <td>{doc_type}</td>
      <td class="number">
        {formatCount(chunks)} <span class="unit">{t('dataset.chunks')}</span>
      </td>
      <td>
        <Flag set={training_allowed} />
      </td>
      <td class="delete">
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
