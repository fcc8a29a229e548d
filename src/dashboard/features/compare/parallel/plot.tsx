import type { TargetedKeyboardEvent } from 'preact'
import { useRef, useState } from 'preact/hooks'
import { t } from '../../../i18n/text.ts'
import type { ComparedJob } from '../compared-jobs.ts'
import type { CurveStyle } from '../curve-styles.tsx'
import { type Axis, textAt } from './axes.ts'
import { Brush } from './brush.tsx'
import { isKept, type Range, type Ranges } from './ranges.ts'

type PlotProps = {
  jobs: readonly ComparedJob[]
  labels: ReadonlyMap<string, string>
  /** The last one is the result. */
  axes: readonly Axis[]
  /** Which end of the result's axis is better. */
  better: 'higher' | 'lower'
  styleOf: (id: string) => CurveStyle
  /** What of the axes is kept; jobs elsewhere are faint. */
  ranges: Ranges
  onRange: (key: string, range: Range | null) => void
}

/** Where the ends of an axis are, and where jobs without a value pass, in hundredths of the height. */
const [top, bottom, beside] = [6, 84, 96]
const heightOf = (place: number | null): number => (place === null ? beside : bottom - place * (bottom - top))

/** Parallel coordinates: a line for each job, through its value on each axis. The arrow keys go from job to job. */
export function ParallelPlot({ jobs, labels, axes, better, styleOf, ranges, onRange }: PlotProps) {
  const [active, setActive] = useState<string | null>(null)
  const [reachable, setReachable] = useState(0)
  const lines = useRef<SVGSVGElement>(null)
  const nameOf = (id: string) => labels.get(id) ?? id
  const valuesOf = ({ job }: ComparedJob) =>
    axes.map(({ column }) => `${column.title} ${textAt(column, job)}`).join(', ')
  const press = (event: TargetedKeyboardEvent<SVGGElement>, at: number) => {
    const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key]
    if (by === undefined) return
    event.preventDefault()
    const next = (at + by + jobs.length) % jobs.length
    setReachable(next)
    lines.current?.querySelectorAll<SVGGElement>('.parallel-line')[next]?.focus()
  }
  const shown = jobs.find(({ id }) => id === active)
  const focusable = Math.min(reachable, jobs.length - 1)
  return (
    <figure class="parallel" aria-label={t('parallel.title')}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section class="parallel-scroll" aria-label={t('parallel.axes')} tabIndex={0}>
        <div class="parallel-axes" style={{ '--axes': axes.length }}>
          {axes.map(({ column }, at) => (
            <span key={column.key} class="parallel-title" title={column.title}>
              {column.title}
              {at === axes.length - 1 && <small>{t(`parallel.${better}`)}</small>}
            </span>
          ))}
          <div class="parallel-field">
            {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot hold lines */}
            <svg
              ref={lines}
              viewBox={`0 0 ${axes.length} 100`}
              preserveAspectRatio="none"
              role="group"
              aria-label={t('parallel.lines')}
            >
              {axes.map(({ column }, at) => (
                <path key={column.key} class="parallel-axis" d={`M${at + 0.5} ${top}V${bottom}`} />
              ))}
              {jobs.map((one, at) => {
                const { colour, dash } = styleOf(one.id)
                const d = axes.map(({ places }, axis) => `${axis + 0.5} ${heightOf(places[at] ?? null)}`).join('L')
                return (
                  // biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: has the focus to be read out, like a picture
                  <g
                    key={one.id}
                    class="parallel-line"
                    role="img"
                    aria-label={`${nameOf(one.id)}: ${valuesOf(one)}`}
                    tabIndex={at === focusable ? 0 : -1}
                    data-active={one.id === active}
                    data-faint={one.id !== active && (active !== null || !isKept(axes, ranges, at))}
                    style={{ color: `var(${colour})` }}
                    onFocus={() => setActive(one.id)}
                    onBlur={() => setActive(null)}
                    onPointerEnter={() => setActive(one.id)}
                    onPointerLeave={() => setActive(null)}
                    onKeyDown={(event) => press(event, at)}
                  >
                    <path class="parallel-reach" d={`M${d}`} />
                    <path d={`M${d}`} stroke-dasharray={dash.join(' ') || 'none'} />
                  </g>
                )
              })}
            </svg>
            {axes.map((axis, at) => (
              <Ticks key={axis.column.key} axis={axis} left={(at + 0.5) / axes.length} />
            ))}
            {axes.map((axis, at) => (
              <div
                key={axis.column.key}
                class="parallel-along"
                style={{
                  insetInlineStart: `${(100 * (at + 0.5)) / axes.length}%`,
                  insetBlock: `${top}% ${100 - bottom}%`,
                }}
              >
                <Brush
                  axis={axis}
                  range={ranges.get(axis.column.key) ?? null}
                  textOf={(place) => textAt(axis.column, jobs[axis.places.indexOf(place)]?.job)}
                  onRange={(range) => onRange(axis.column.key, range)}
                />
              </div>
            ))}
          </div>
        </div>
      </section>
      <p class="parallel-reading small" aria-hidden="true">
        {shown === undefined ? (
          <span class="quiet">{t('parallel.hint')}</span>
        ) : (
          <>
            <strong>{nameOf(shown.id)}</strong> {valuesOf(shown)}
          </>
        )}
      </p>
    </figure>
  )
}

/** What stands at an axis, beside it. Read out with each job. */
function Ticks({ axis: { ticks, places }, left }: { axis: Axis; left: number }) {
  const all = [
    ...ticks.map(({ at, text }) => ({ y: heightOf(at), text })),
    ...(places.includes(null) ? [{ y: beside, text: t('parallel.none') }] : []),
  ]
  return (
    <>
      {all.map(({ y, text }) => (
        <span
          key={`${y} ${text}`}
          class="parallel-tick"
          aria-hidden="true"
          title={text}
          style={{ insetInlineStart: `${100 * left}%`, insetBlockStart: `${y}%` }}
        >
          {text}
        </span>
      ))}
    </>
  )
}
