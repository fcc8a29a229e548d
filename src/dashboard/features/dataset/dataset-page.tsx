import './texts.ts'
import './dataset.css'
import { Button } from '../../components/button.tsx'
import { Empty, Loaded } from '../../components/notice.tsx'
import { PageHeading } from '../../components/page-heading.tsx'
import { type Stats, useStats } from '../../domain/resources.ts'
import { t } from '../../i18n/text.ts'
import { DocTypes } from './doc-types.tsx'
import { Documents } from './documents.tsx'
import { BundeslandMap } from './map.tsx'
import { Totals } from './totals.tsx'
import { useFileDrop } from './upload/file-drop.ts'
import { UploadPanel } from './upload/panel.tsx'
import { panelOpen, togglePanel, upload } from './upload/upload.ts'

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
