import './upload.css'
import { t } from '../../../i18n/text.ts'
import { Checked } from './checked.tsx'
import { ChooseFile } from './choose-file.tsx'
import { dragging } from './file-drop.ts'
import { Sending } from './sending.tsx'
import { Step } from './step.tsx'
import { Stopped } from './stopped.tsx'
import { Summary } from './summary.tsx'
import { panelOpen, upload } from './upload.ts'

/** The upload at its current step. */
export function UploadPanel() {
  return (
    <>
      <CurrentStep />
      {dragging.value && <p class="drop-overlay">{t('dataset.dropNow')}</p>}
    </>
  )
}

function CurrentStep() {
  const state = upload.value
  switch (state.phase) {
    case 'none':
      return panelOpen.value ? <ChooseFile unreadable={state.unreadable} /> : null
    case 'reading':
      return (
        <Step key="reading" title={t('dataset.reading', { name: state.name })}>
          <span class="spinner" aria-hidden="true" />
        </Step>
      )
    case 'checked':
      return <Checked file={state.file} />
    case 'sending':
      return <Sending state={state} />
    case 'stopped':
      return <Stopped state={state} />
    case 'finished':
      return <Summary state={state} />
  }
}
