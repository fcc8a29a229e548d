import '../styles/ocr.css'
import { Empty } from '../components/notice.tsx'
import { t } from '../i18n/text.ts'
import { PageHeading } from '../shell/page-heading.tsx'
import { Batch } from './ocr/batch.tsx'
import { run } from './ocr/run.ts'
import { StartForm } from './ocr/start-form.tsx'

/** Text recognition: a batch of images, and what becomes of it. */
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
