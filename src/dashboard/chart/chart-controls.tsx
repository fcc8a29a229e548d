import type { ReadonlySignal } from '@preact/signals'
import { Button } from '../components/button.tsx'
import { isShortcut } from '../components/keys.ts'
import { t } from '../i18n/text.ts'
import { view } from './address.ts'
import type { Plot } from './plot.ts'

/** Parts of the visible points by which the cursor moves, and the factor of zooming in. */
const smallStep = 0.01
const largeStep = 0.1
const closer = 0.5

const keyActions: Record<string, (plot: Plot, isShifted: boolean) => void> = {
  ArrowLeft: (plot, isShifted) => plot.moveCursor(isShifted ? -largeStep : -smallStep),
  ArrowRight: (plot, isShifted) => plot.moveCursor(isShifted ? largeStep : smallStep),
  PageDown: (plot) => plot.moveCursor(-largeStep),
  PageUp: (plot) => plot.moveCursor(largeStep),
  Home: (plot) => plot.putCursor(0),
  End: (plot) => plot.putCursor(Infinity),
  '+': (plot) => plot.zoom(closer),
  '-': (plot) => plot.zoom(1 / closer),
  Escape: (plot) => plot.reset(),
}

/** Handles a key on a chart. */
export function handleKey(plot: Plot, event: KeyboardEvent): void {
  const action = isShortcut(event) ? undefined : keyActions[event.key]
  if (action === undefined) return
  event.preventDefault()
  action(plot, event.shiftKey)
}

type ZoomButtonsProps = { plot: ReadonlySignal<Plot | null> }

/** The actions of + and − and Escape as buttons. They stay in place, and so does the focus. */
export function ZoomButtons({ plot }: ZoomButtonsProps) {
  const whole = view.value === null ? t('common.chartWhole') : null
  return (
    <div class="chart-zoom">
      <Button label={t('common.chartZoomIn')} onClick={() => plot.value?.zoom(closer)}>
        <span aria-hidden="true">+</span>
      </Button>
      <Button label={t('common.chartZoomOut')} unavailable={whole} onClick={() => plot.value?.zoom(1 / closer)}>
        <span aria-hidden="true">−</span>
      </Button>
      <Button unavailable={whole} onClick={() => plot.value?.reset()}>
        {t('common.chartReset')}
      </Button>
    </div>
  )
}
