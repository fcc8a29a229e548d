import { computed } from '@preact/signals'
import { OUTPUT_LINE_BYTES_MAX } from '../../../../platform/limits.ts'
import { formatMoment } from '../../../i18n/format.ts'
import { regionalLocale } from '../../../i18n/locale.ts'
import { t } from '../../../i18n/text.ts'
import type { Colour, Piece, Style } from './ansi.ts'
import type { Row } from './layout.ts'
import type { Line } from './line.ts'
import { placesOf } from './search.ts'

/** The time of a line; made once, since making it takes longer than all else of a row. */
const clock = computed(() => new Intl.DateTimeFormat(regionalLocale.value, { timeStyle: 'medium' }))

type RowProps = {
  row: Row
  /** By the number of their attempt. */
  runners: ReadonlyMap<number, string>
  /** What is searched for: it is marked. */
  word: string
  /** Whether the search has come to this line. */
  isCurrent: boolean
}

/** A row of the list. */
export function OutputRow({ row, runners, word, isCurrent }: RowProps) {
  if (row.is === 'unread') return <div class="output-row output-unread">…</div>
  if (row.is === 'attempt') {
    const { attempt: number, atMs } = row.first
    const runner = runners.get(number)
    const said = t('output.attempt', { number, at: formatMoment(atMs) })
    return (
      <div class="output-row output-attempt">
        <span>{runner === undefined ? said : `${said} · ${runner}`}</span>
      </div>
    )
  }
  const { line, start, end } = row
  const isFirst = start === 0
  return (
    <div class="output-row" data-from={line.from} data-current={isCurrent}>
      <span class="output-time">{isFirst && clock.value.format(line.atMs)}</span>
      <Sign line={line} isFirst={isFirst} />
      <span class="output-text">
        <Text line={line} start={start} end={end} word={word} />
        {line.isFull && end === line.text.length && (
          <span class="output-cut">{t('output.cut', { size: OUTPUT_LINE_BYTES_MAX / 1024 })}</span>
        )}
      </span>
    </div>
  )
}

/** Who wrote a line, if it is not the process on its standard output. */
function Sign({ line: { from }, isFirst }: { line: Line; isFirst: boolean }) {
  if (from === 'stdout' || !isFirst) return <span class="output-sign" />
  return (
    <span class="output-sign" title={t(`output.${from}`)}>
      {t(`output.${from}Sign`)}
    </span>
  )
}

/** The characters of a line from one to before another, with its colours and what was found in it. */
function Text({ line, start, end, word }: { line: Line; start: number; end: number; word: string }) {
  const places = placesOf(line.text, word)
  let at = 0
  return line.pieces.flatMap((piece, index) => {
    const from = at
    at += piece.text.length
    const [first, last] = [Math.max(start, from), Math.min(end, at)]
    if (first >= last) return []
    return <PieceText key={index} piece={piece} at={from} from={first} to={last} places={places} length={word.length} />
  })
}

type PieceProps = { piece: Piece; at: number; from: number; to: number; places: readonly number[]; length: number }

/** A piece of a line, which begins `at` a character, from one character of the line to before another. */
function PieceText({ piece: { text, style }, at, from, to, places, length }: PieceProps) {
  const parts = []
  let done = from
  for (const place of places) {
    const [first, last] = [Math.max(place, done), Math.min(place + length, to)]
    if (first >= last) continue
    if (first > done) parts.push(text.slice(done - at, first - at))
    parts.push(<mark key={place}>{text.slice(first - at, last - at)}</mark>)
    done = last
  }
  parts.push(text.slice(done - at, to - at))
  return style === null ? parts : <span {...look(style)}>{parts}</span>
}

/** A style as attributes. The 16 colours that have names are those of the page's theme; others keep enough contrast to it. */
function look({ fg, bg, inverse, ...more }: Style): { class: string; style?: Record<string, string> } {
  const [front, back] = inverse ? [bg, fg] : [fg, bg]
  const marks = (['bold', 'dim', 'italic', 'underline', 'strike'] as const).filter((name) => more[name])
  const classes = ['ansi', ...marks.map((name) => `ansi-${name}`)]
  if (inverse) classes.push('ansi-inverse')
  if (back !== null) classes.push('ansi-on')
  else if (typeof front === 'string') classes.push('ansi-own')
  const style = {
    ...(front === null ? {} : { '--ansi-fg': cssOf(front) }),
    ...(back === null ? {} : { '--ansi-bg': cssOf(back) }),
  }
  return { class: classes.join(' '), style }
}

const cssOf = (colour: Colour): string => (typeof colour === 'number' ? `var(--ansi-${colour})` : colour)
