import type { TargetedPointerEvent } from 'preact'
import { useRef } from 'preact/hooks'
import { t } from '../../../i18n/text.ts'
import type { Axis } from './axes.ts'
import { type Range, rangeAfter, rangeBetween, stopsOf } from './ranges.ts'

type BrushProps = {
  axis: Axis
  range: Range | null
  /** What stands for a place of a value. */
  textOf: (place: number) => string
  onRange: (range: Range | null) => void
}

/** How much of the axis is no drag but a click, and how far from a value is on it. */
const dragMin = 0.02

/** The part of an axis that is kept: chosen by dragging along it, and changed by keys at its ends. A click keeps all. */
export function Brush({ axis, range, textOf, onRange }: BrushProps) {
  const begun = useRef<number | null>(null)
  const stops = stopsOf(axis)
  if (stops.length < 2) return null
  const { from, to } = range ?? { from: 0, to: 1 }
  const begin = (event: TargetedPointerEvent<HTMLDivElement>) => {
    if (event.button !== 0) return
    event.currentTarget.setPointerCapture(event.pointerId)
    begun.current = placeOf(event)
  }
  const drag = (event: TargetedPointerEvent<HTMLDivElement>) => {
    if (begun.current === null) return
    const [low, high] = [begun.current, placeOf(event)].sort((a, b) => a - b) as [number, number]
    onRange(rangeBetween(stops, low - dragMin, high + dragMin))
  }
  const end = (event: TargetedPointerEvent<HTMLDivElement>) => {
    if (begun.current !== null && Math.abs(begun.current - placeOf(event)) < dragMin) onRange(null)
    begun.current = null
  }
  return (
    <div
      class="parallel-brush"
      data-chosen={range !== null}
      onPointerDown={begin}
      onPointerMove={drag}
      onPointerUp={end}
      onPointerCancel={() => {
        begun.current = null
      }}
    >
      <div class="parallel-range" style={{ insetBlock: `${100 - 100 * to}% ${100 * from}%` }} />
      {(['to', 'from'] as const).map((side) => {
        const place = side === 'from' ? from : to
        const at = stops.findLastIndex((stop) => stop <= place)
        return (
          <span
            key={side}
            class="parallel-end"
            data-end={side}
            role="slider"
            aria-orientation="vertical"
            aria-label={t(`parallel.${side}`, { name: axis.column.title })}
            aria-valuemin={0}
            aria-valuemax={stops.length - 1}
            aria-valuenow={Math.max(0, at)}
            aria-valuetext={textOf(stops[Math.max(0, at)] ?? 0)}
            tabIndex={0}
            style={{ insetBlockStart: `${100 - 100 * place}%` }}
            onKeyDown={(event) => {
              const next = rangeAfter(event.key, side, stops, range)
              if (next === undefined) return
              event.preventDefault()
              onRange(next)
            }}
          />
        )
      })}
    </div>
  )
}

/** Where on the axis the pointer is, from 0 at its lower end to 1 at its upper. */
function placeOf({ currentTarget, clientY }: TargetedPointerEvent<HTMLDivElement>): number {
  const { bottom, height } = currentTarget.getBoundingClientRect()
  return Math.min(1, Math.max(0, (bottom - clientY) / height))
}
