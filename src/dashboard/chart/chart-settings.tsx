import { useId } from 'preact/hooks'
import { Segments } from '../components/field.tsx'
import { formatNumber } from '../i18n/format.ts'
import { t } from '../i18n/text.ts'
import { SMOOTHING_MAX } from '../platform/limits.ts'
import { chooseScale, chooseSmoothing, isLog, smoothing } from './address.ts'

/** The scale of the y axis. */
export function ScaleChoice() {
  return (
    <Segments
      label={t('chart.scale')}
      value={isLog.value ? 'log' : 'linear'}
      options={[
        ['linear', t('chart.linear')],
        ['log', t('chart.log')],
      ]}
      onChange={chooseScale}
    />
  )
}

/** How much the curves are smoothed, by a slider. */
export function SmoothingChoice() {
  const id = useId()
  return (
    <div class="smoothing">
      <label htmlFor={id}>{t('chart.smoothing')}</label>
      <input
        id={id}
        type="range"
        min={0}
        max={SMOOTHING_MAX}
        step={0.01}
        value={smoothing.value}
        onInput={(event) => chooseSmoothing(event.currentTarget.valueAsNumber)}
      />
      <output htmlFor={id}>{formatNumber(smoothing.value, 2)}</output>
    </div>
  )
}
