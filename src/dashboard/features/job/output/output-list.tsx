import type { Signal } from '@preact/signals'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { t } from '../../../i18n/text.ts'
import { OUTPUT_ROWS_SPARE, OUTPUT_SETTLED_MS } from '../../../platform/limits.ts'
import { Layout, lineOfRow } from './layout.ts'
import { useSizes } from './measure.ts'
import type { OutputLog } from './output-log.ts'
import { OutputRow } from './output-row.tsx'
import { slotsOf, windowOf } from './window.ts'

/** A place in the output that is to be shown: another object for the same place shows it again. */
export type Place = { line: number; character: number }

type OutputListProps = {
  log: OutputLog
  /** Whether long lines are continued in the next row. */
  wraps: boolean
  /** Whether the newest line stays in view; false once somebody scrolls away from it. */
  follows: Signal<boolean>
  place: Place | null
  /** By the number of their attempt, as far as they are known. */
  runners: ReadonlyMap<number, string>
  word: string
}

/** The columns before a line's text: its time and who wrote it. On narrow screens there is no time. */
const gutter = (list: HTMLElement): number => Number(getComputedStyle(list).getPropertyValue('--gutter'))

/** The lines of the output, of which only those in view are in the page. */
export function OutputList({ log, wraps, follows, place, runners, word }: OutputListProps) {
  const { box, sizes, sample } = useSizes()
  const layout = useMemo(() => new Layout(), [log])
  /** Where the list is scrolled to, in steps that are as high as the rows that are kept above and below. */
  const [step, setStep] = useState(0)
  /** The line at the top of the box, and how many pixels of it are above: it stays there while others change. */
  const anchor = useRef({ line: 0, offset: 0 })
  const columns = wraps && box.current ? Math.max(20, columnsIn(sizes) - gutter(box.current)) : Infinity
  const version = log.version.value
  useMemo(() => layout.update(log, columns), [layout, version, columns])
  const { row } = sizes
  const stepOf = (pixels: number) => (row === 0 ? 0 : Math.floor(pixels / (row * OUTPUT_ROWS_SPARE)))
  const { from, to } = windowOf(step, sizes.height / (row || 1), layout.size, OUTPUT_ROWS_SPARE)
  const rows = row === 0 ? [] : layout.rows(from, to)
  // Rows that leave the page give their elements to those that come, which is cheaper than making new ones.
  const slots = Math.max(1, slotsOf(sizes.height / (row || 1), OUTPUT_ROWS_SPARE))

  const scrollTo = (pixels: number) => {
    if (box.current === null) return
    box.current.scrollTop = pixels
    setStep(stepOf(box.current.scrollTop))
  }
  useLayoutEffect(() => {
    if (row === 0) return
    if (follows.value) return scrollTo(layout.size * row)
    const { line, offset } = anchor.current
    scrollTo(layout.rowOf(line) * row + offset)
  }, [layout.size, columns, row, sizes.height, follows.value])
  useLayoutEffect(() => {
    if (place === null || row === 0) return
    follows.value = false
    scrollTo((layout.rowOf(place.line, place.character) + 0.5) * row - sizes.height / 2)
    note()
  }, [place])
  const [first, last] = [rows[0], rows.at(-1)]
  const wanted = first && last ? ([lineOfRow(first), lineOfRow(last) + 1] as const) : null
  useEffect(() => {
    if (wanted === null) return
    const timer = setTimeout(() => void log.want(...wanted), OUTPUT_SETTLED_MS)
    return () => clearTimeout(timer)
  }, [log, version, wanted?.[0], wanted?.[1]])

  function note() {
    if (box.current === null || row === 0) return
    const { scrollTop } = box.current
    const at = Math.floor(scrollTop / row)
    const [shown] = layout.rows(at, at + 1)
    if (shown === undefined) return
    const line = lineOfRow(shown)
    anchor.current = { line, offset: scrollTop - layout.rowOf(line) * row }
  }
  const onScroll = () => {
    const list = box.current
    if (list === null) return
    setStep(stepOf(list.scrollTop))
    follows.value = list.scrollTop + list.clientHeight >= list.scrollHeight - row / 2
    note()
  }
  return (
    <section
      ref={box}
      class="output-list"
      data-wraps={wraps}
      aria-label={t('output.lines')}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      onScroll={onScroll}
    >
      <span class="output-sample" aria-hidden="true">
        {sample}
      </span>
      <div class="output-all" style={{ blockSize: `${layout.size * row}px` }}>
        <div class="output-window" style={{ transform: `translateY(${from * row}px)` }}>
          {rows.map((shown, index) => (
            <OutputRow
              key={(from + index) % slots}
              row={shown}
              runners={runners}
              word={word}
              isCurrent={place !== null && shown.is === 'line' && shown.line.number === place.line}
            />
          ))}
        </div>
      </div>
    </section>
  )
}

const columnsIn = ({ width, character }: { width: number; character: number }): number =>
  character === 0 ? Infinity : Math.floor(width / character) - 1
