import { Button } from '../../../components/button.tsx'
import { formatCount } from '../../../i18n/format.ts'
import { t } from '../../../i18n/text.ts'
import { FaultyPreview } from './preview.tsx'
import { SaveFaulty } from './save-faulty.tsx'
import { Step } from './step.tsx'
import { close, togglePanel, type UploadState } from './upload.ts'

type FinishedState = Extract<UploadState, { phase: 'finished' }>

/** The result of an upload, and the rows to correct. */
export function Summary({ state: { file, progress, cancelled } }: { state: FinishedState }) {
  const { counts, refused, unconfirmed } = progress
  const unsent = progress.left.length - unconfirmed
  const registered = counts.new + counts.changed + counts.unchanged
  const faulty = [...file.checked.faulty, ...refused].sort((a, b) => a.index - b.index)
  const outcome = cancelled ? t('dataset.overCancelled') : t('dataset.complete')
  return (
    <Step key="finished" title={registered + unconfirmed === 0 ? t('dataset.overNothing') : outcome}>
      <p class="quiet">{file.name}</p>
      <dl class="facts">
        <Count name={t('dataset.overNew')} count={counts.new} />
        <Count name={t('dataset.overChanged')} count={counts.changed} />
        <Count name={t('dataset.overUnchanged')} count={counts.unchanged} />
        {faulty.length > 0 && <Count name={t('dataset.overFaulty')} count={faulty.length} />}
        {unconfirmed > 0 && <Count name={t('dataset.overUnsure')} count={unconfirmed} />}
        {unsent > 0 && <Count name={t('dataset.overLeft')} count={unsent} />}
      </dl>
      {unconfirmed > 0 && <p>{t('dataset.unsureText', { count: unconfirmed })}</p>}
      {progress.left.length > 0 && registered + unconfirmed > 0 && <p>{t('dataset.uploadAgain')}</p>}
      {refused.length > 0 && (
        <>
          <h3>{t('dataset.refusedRows')}</h3>
          <FaultyPreview file={file} rows={refused} />
        </>
      )}
      <div class="row">
        {faulty.length > 0 && <SaveFaulty file={file} rows={faulty} />}
        <Button onClick={close}>{t('dataset.nextFile')}</Button>
        <Button onClick={togglePanel}>{t('common.close')}</Button>
      </div>
    </Step>
  )
}

function Count({ name, count }: { name: string; count: number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{formatCount(count)}</dd>
    </div>
  )
}
