import './ocr.css'
import { Empty } from '../../components/notice.tsx'
import { PageHeading } from '../../components/page-heading.tsx'
import { t } from '../../i18n/text.ts'
import { Batch } from './batch.tsx'
import { run } from './run.ts'
import { StartForm } from './start-form.tsx'

/** Text recognition: a batch of images, and its results. */
export default function OcrPage() {
  return (
    <div class="stack">
      <PageHeading title={t('ocr.title')} />
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
