import '../styles/dataset.css'
import { Button } from '../components/button.tsx'
import { Empty, Loaded } from '../components/notice.tsx'
import { t } from '../i18n/text.ts'
import { PageHeading } from '../shell/page-heading.tsx'
import { type Stats, useStats } from './dataset/data.ts'
import { DocTypes } from './dataset/doc-types.tsx'
import { Documents } from './dataset/documents.tsx'
import { BundeslandMap } from './dataset/map.tsx'
import { Totals } from './dataset/totals.tsx'
import { useFileDrop } from './dataset/upload/file-drop.ts'
import { UploadPanel } from './dataset/upload/panel.tsx'
import { panelOpen, togglePanel, upload } from './dataset/upload/upload.ts'

/** What models are trained on: counted, listed, and added to. */
export default function DatasetPage() {
  const stats = useStats()
  useFileDrop()
  return (
    <div class="stack">
      <PageHeading title={t('dataset.title')}>
        {upload.value.phase === 'none' && (
          <Button look="primary" needs="operator" onClick={togglePanel}>
            {panelOpen.value ? t('dataset.closeUpload') : t('dataset.upload')}
          </Button>
        )}
      </PageHeading>
      <UploadPanel />
      <Loaded of={stats} lines={8}>
        {(data) => (data.total_documents === 0 ? <NoDocuments /> : <Content stats={data} />)}
      </Loaded>
    </div>
  )
}

function Content({ stats }: { stats: Stats }) {
  return (
    <>
      <Totals stats={stats} />
      <div class="dataset-columns">
        <div class="stack">
          <BundeslandMap stats={stats} />
          <DocTypes stats={stats} />
        </div>
        <Documents types={Object.keys(stats.by_doc_type)} />
      </div>
    </>
  )
}

function NoDocuments() {
  return (
    <Empty title={t('dataset.empty')}>
      <p>{t('dataset.emptyText')}</p>
    </Empty>
  )
}
