import { useSignal } from '@preact/signals'
import { Button } from '../../../components/button.tsx'
import { Segments } from '../../../components/field.tsx'
import { t } from '../../../i18n/text.ts'
import { ColumnChoice } from './column-choice.tsx'
import { missingFields } from './fields.ts'
import { formatBytes } from './messages.ts'
import { FaultyPreview, ReadyPreview } from './preview.tsx'
import { SaveFaulty } from './save-faulty.tsx'
import { Step } from './step.tsx'
import type { FileTable } from './table.ts'
import { close, type OpenFile, send } from './upload.ts'

/** The content of a file before it is sent. */
export function Checked({ file }: { file: OpenFile }) {
  const { ready, faulty, joinedTitles } = file.checked
  const choice = useSignal<'ready' | 'faulty' | null>(null)
  const view = choice.value ?? (faulty.length > 0 ? 'faulty' : 'ready')
  const missing = missingFields(file.columns)
  return (
    <Step key="checked" title={file.name}>
      <p class="quiet">{[formatBytes(file.bytes), ...writtenAs(file.table)].join(' · ')}</p>
      {file.table.encoding === 'Windows-1252' && <p class="warning">{t('dataset.oldEncoding')}</p>}
      {joinedTitles > 0 && <p class="quiet">{t('dataset.joinedTitles', { count: joinedTitles })}</p>}
      <ColumnChoice file={file} missing={missing} />
      {missing.length === 0 && (
        <>
          <p class="row" role="status">
            <strong>
              {ready.length > 0 ? t('dataset.readyCount', { count: ready.length }) : t('dataset.nothingReady')}
            </strong>
            {faulty.length > 0 && <strong class="faulty">{t('dataset.faultyCount', { count: faulty.length })}</strong>}
          </p>
          {faulty.length > 0 && ready.length > 0 && (
            <Segments
              label={t('dataset.shownRows')}
              value={view}
              options={[
                ['faulty', t('dataset.showFaulty', { count: faulty.length })],
                ['ready', t('dataset.showReady', { count: ready.length })],
              ]}
              onChange={(value) => {
                choice.value = value
              }}
            />
          )}
          {view === 'faulty' ? <FaultyPreview file={file} rows={faulty} /> : <ReadyPreview file={file} rows={ready} />}
        </>
      )}
      <div class="row">
        {missing.length === 0 && ready.length > 0 && (
          <Button look="primary" needs="operator" onClick={() => void send()}>
            {t('dataset.register', { count: ready.length })}
          </Button>
        )}
        {missing.length === 0 && faulty.length > 0 && <SaveFaulty file={file} rows={faulty} />}
        <Button onClick={close}>{t('dataset.discardFile')}</Button>
      </div>
      {missing.length === 0 && ready.length > 0 && faulty.length > 0 && (
        <p class="small quiet">{t('dataset.leftOut', { count: faulty.length })}</p>
      )}
    </Step>
  )
}

/** The format of the file, where it helps to see whether it was read correctly. */
function writtenAs({ format, encoding, delimiter }: FileTable): string[] {
  if (format === 'json') return ['JSON', encoding]
  const names: Record<string, string> = { ',': t('dataset.comma'), ';': t('dataset.semicolon'), '\t': t('dataset.tab') }
  return ['CSV', encoding, t('dataset.separatedBy', { delimiter: names[delimiter ?? ''] ?? delimiter ?? '' })]
}
