import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { OCR_IMAGES_MAX } from '../../../platform/limits.ts'
import { may } from '../../api/session.ts'
import { Button, WhyWithheld } from '../../components/button.tsx'
import { TextField } from '../../components/field.tsx'
import { t } from '../../i18n/text.ts'
import { isRunning, start, stop } from './run.ts'

const imagesDefault = 20

/** The number of images and the start button, which also stops the batch. */
export function StartForm() {
  const images = useSignal(String(imagesDefault))
  /** How often in a row the input was rejected. */
  const refusals = useSignal(0)
  const form = useRef<HTMLFormElement>(null)
  // Focus the field, whose description says what is wrong.
  useEffect(() => {
    if (refusals.value > 0) form.current?.querySelector('input')?.focus()
  }, [refusals.value])
  const begin = () => {
    const count = /^\s*\d{1,3}\s*$/.test(images.value) ? Number(images.value) : 0
    const isRefused = count < 1 || count > OCR_IMAGES_MAX
    refusals.value = isRefused ? refusals.value + 1 : 0
    if (!isRefused) start(count)
  }
  // Enter in the field starts a batch, but does not stop one.
  const submit = (event: Event) => {
    event.preventDefault()
    if (!isRunning.value && may('operator')) begin()
  }
  return (
    <form ref={form} class="panel ocr-form" onSubmit={submit} noValidate>
      <div aria-live="polite">
        <TextField
          label={t('ocr.images')}
          hint={t('ocr.imagesHint', { max: OCR_IMAGES_MAX })}
          error={refusals.value > 0 ? t('ocr.imagesWrong', { max: OCR_IMAGES_MAX }) : undefined}
          name="images"
          inputMode="numeric"
          autocomplete="off"
          value={images.value}
          onInput={(value) => {
            images.value = value
            refusals.value = 0
          }}
        />
      </div>
      <Button
        {...(isRunning.value ? {} : { look: 'primary' })}
        needs="operator"
        onClick={() => (isRunning.value ? stop() : begin())}
      >
        {isRunning.value ? t('ocr.stop') : t('ocr.start')}
      </Button>
      <WhyWithheld needs="operator" />
    </form>
  )
}
