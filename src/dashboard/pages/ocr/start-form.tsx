import { useSignal } from '@preact/signals'
import { OCR_IMAGES_MAX } from '../../../limits.ts'
import { may } from '../../api/session.ts'
import { Button } from '../../components/button.tsx'
import { TextField } from '../../components/field.tsx'
import { t } from '../../i18n/text.ts'
import { isRunning, start, stop } from './run.ts'

const imagesDefault = 20

/** How many images, and off. The button that starts a batch is the one that stops it. */
export function StartForm() {
  const images = useSignal(String(imagesDefault))
  const refused = useSignal(false)
  const begin = () => {
    const count = /^\s*\d{1,3}\s*$/.test(images.value) ? Number(images.value) : 0
    refused.value = count < 1 || count > OCR_IMAGES_MAX
    if (!refused.value) start(count)
  }
  // Enter in the field begins a batch, but does not stop one.
  const submit = (event: Event) => {
    event.preventDefault()
    if (!isRunning.value && may('operator')) begin()
  }
  return (
    <form class="panel ocr-form" onSubmit={submit} noValidate>
      <TextField
        label={t('ocr.images')}
        hint={t('ocr.imagesHint', { max: OCR_IMAGES_MAX })}
        error={refused.value ? t('ocr.imagesWrong', { max: OCR_IMAGES_MAX }) : undefined}
        name="images"
        inputMode="numeric"
        autocomplete="off"
        value={images.value}
        onInput={(value) => {
          images.value = value
          refused.value = false
        }}
      />
      <Button
        {...(isRunning.value ? {} : { look: 'primary' })}
        needs="operator"
        onClick={() => (isRunning.value ? stop() : begin())}
      >
        {isRunning.value ? t('ocr.stop') : t('ocr.start')}
      </Button>
      {!may('operator') && (
        // The button says the same to screen readers.
        <p class="small quiet" aria-hidden="true">
          {t('common.needsRole', { role: t('session.operator') })}
        </p>
      )}
    </form>
  )
}
