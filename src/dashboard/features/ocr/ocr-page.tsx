import './texts.ts'
import './ocr.css'
import { Empty } from '../../components/notice.tsx'
import { PageHeading } from '../../components/page-heading.tsx'
import { useStatus } from '../../domain/resources.ts'
import { Simulated } from '../../domain/simulated.tsx'
import { t } from '../../i18n/text.ts'
import { Batch } from './batch.tsx'
import { run } from './run.ts'
import { StartForm } from './start-form.tsx'

/** Text recognition: a batch of images, and its results. */
export default function OcrPage() {
  const status = useStatus()
  return (
    <div class="stack">
      <PageHeading title={t('ocr.title')} />
      {status.data?.ocr === 'simulated' && <Simulated what="ocr" />}
      <StartForm />
      {run.value === null ? (
        <Empty title={t('ocr.empty')}>
          <p>{t('ocr.emptyText')}</p>
        </Empty>
      ) : (
        <Batch of={run.value} />
      )}
    </div>
  )
}
