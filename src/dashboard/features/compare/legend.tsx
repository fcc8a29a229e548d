import type { Signal } from '@preact/signals'
import { t } from '../../i18n/text.ts'
import { alignment } from './address.ts'
import type { ChartedCurve } from './charted-curves.ts'
import { LineSwatch } from './curve-styles.tsx'
import { type Reading, xFormats } from './reading.ts'
import { RemoveButton } from './remove-button.tsx'

type CurveLegendProps = {
  entries: readonly ChartedCurve[]
  /** The ids of the curves that are not shown. */
  hidden: Signal<ReadonlySet<string>>
  /** Called on render; the signals read in it render the legend again. */
  read: () => Reading
  onRemove: (id: string, name: string) => void
}

/** The curves' names with what can be read of them; each can be hidden and shown, and its job removed. */
export function CurveLegend({ entries, hidden, read, onRemove }: CurveLegendProps) {
  const { x, values } = read()
  const toggle = (id: string) => {
    const next = new Set(hidden.value)
    if (!next.delete(id)) next.add(id)
    hidden.value = next
  }
  return (
    <div class="curve-legend">
      <p class="quiet small">
        {x === null ? t('chart.latest') : `${t(`compare.${alignment.value}`)} ${xFormats[alignment.value](x)}`}
      </p>
      <ul class="curve-list" aria-label={t('common.legend')}>
        {entries.map(({ id, jobId, name, label, format, ...curveStyle }, index) => {
          const { shown, raw } = values[index] ?? { shown: null, raw: null }
          return (
            <li key={id} data-faint={curveStyle.isRaw}>
              <button
                type="button"
                aria-pressed={!hidden.value.has(id)}
                title={t('compare.toggle')}
                onClick={() => toggle(id)}
              >
                <LineSwatch curveStyle={curveStyle} />
                <span class="curve-name">{label}</span>
                <span class="curve-values">
                  <strong>{shown === null ? '–' : format(shown)}</strong>
                  {raw !== null && <span class="quiet">{t('chart.rawValue', { value: format(raw) })}</span>}
                </span>
              </button>
              {/* Once for each job: at its first curve. */}
              {entries.findIndex((one) => one.jobId === jobId) === index && (
                <RemoveButton name={name} onRemove={() => onRemove(jobId, name)} />
              )}
            </li>
          )
        })}
      </ul>
    </div>
  )
}
