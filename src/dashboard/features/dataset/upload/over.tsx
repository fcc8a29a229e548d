import { Button } from '../../../components/button.tsx'
import { formatCount } from '../../../i18n/format.ts'
import { t } from '../../../i18n/text.ts'
import { FaultyPreview } from './preview.tsx'
import { SaveFaulty } from './save-faulty.tsx'
import { Step } from './step.tsx'
import { close, togglePanel, type UploadState } from './upload.ts'

type OverState = Extract<UploadState, { phase: 'over' }>

/** What an upload did, and which rows are still to be mended. */
export function Over({ state: { file, progress, cancelled } }: { state: OverState }) {
  const { counts, refused, unsure } = progress
  const unsent = progress.left.length - unsure
  const registered = counts.new + counts.changed + counts.unchanged
  const faulty = [...file.checked.faulty, ...refused].sort((a, b) => a.index - b.index)
  const outcome = cancelled ? t('dataset.overCancelled') : t('dataset.over')
  return (
    <Step key="over" title={registered + unsure === 0 ? t('dataset.overNothing') : outcome}>
      <p class="quiet">{file.name}</p>
      <dl class="facts">
        <Count name={t('dataset.overNew')} count={counts.new} />
        <Count name={t('dataset.overChanged')} count={counts.changed} />
        <Count name={t('dataset.overUnchanged')} count={counts.unchanged} />
        {faulty.length > 0 && <Count name={t('dataset.overFaulty')} count={faulty.length} />}
        {unsure > 0 && <Count name={t('dataset.overUnsure')} count={unsure} />}
        {unsent > 0 && <Count name={t('dataset.overLeft')} count={unsent} />}
      </dl>
      {unsure > 0 && <p>{t('dataset.unsureText', { count: unsure })}</p>}
      {progress.left.length > 0 && registered + unsure > 0 && <p>{t('dataset.againHarmless')}</p>}
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
