import { useId } from 'preact/hooks'
import type { BundeslandCode } from '../../shared/bundeslaender.ts'
import { FieldError } from '../components/field.tsx'
import { isShortcut } from '../components/keys.ts'
import { bundeslandName } from '../i18n/bundesland.ts'

/** Germany in tiles: row and column of each Bundesland, roughly where it lies. */
const tiles: readonly (readonly [code: BundeslandCode, row: number, column: number])[] = [
  ['SH', 1, 2],
  ['HB', 2, 1],
  ['HH', 2, 2],
  ['MV', 2, 3],
  ['NI', 3, 1],
  ['ST', 3, 2],
  ['BE', 3, 3],
  ['BB', 3, 4],
  ['NW', 4, 1],
  ['HE', 4, 2],
  ['TH', 4, 3],
  ['SN', 4, 4],
  ['RP', 5, 1],
  ['BW', 5, 2],
  ['BY', 5, 3],
  ['SL', 6, 1],
]

const placeOf = (row: number, column: number) => ({ gridRow: row, gridColumn: column })

const directions: Record<string, readonly [rows: number, columns: number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
}

/** The tile that an arrow key leads to from another: the next one in its direction. */
function neighbour(code: string, key: string): BundeslandCode | null {
  const direction = directions[key]
  const from = tiles.find((tile) => tile[0] === code)
  if (direction === undefined || from === undefined) return null
  for (let far = 1; far <= 6; far++) {
    const next = tiles.find(
      ([, row, column]) => row === from[1] + direction[0] * far && column === from[2] + direction[1] * far,
    )
    if (next !== undefined) return next[0]
  }
  return null
}

/** Arrow keys move over the map; Tab goes from tile to tile, as ever. */
function moveByArrows(event: KeyboardEvent): void {
  const here = event.target as HTMLElement
  const next = isShortcut(event) ? null : neighbour(here.dataset.code ?? '', event.key)
  if (next === null) return
  event.preventDefault()
  const map = here.closest('.tile-map')
  ;(map?.querySelector(`[data-code="${next}"]`) as HTMLElement | null)?.focus()
}

export type TileChoiceProps = {
  legend: string
  hint?: string
  error?: string | undefined
  value: ReadonlySet<BundeslandCode>
  onChange: (value: Set<BundeslandCode>) => void
}

/** The Bundesländer to tick, on the map. */
export function TileChoice({ legend, hint, error, value, onChange }: TileChoiceProps) {
  const id = useId()
  const toggle = (code: BundeslandCode) => {
    const next = new Set(value)
    if (!next.delete(code)) next.add(code)
    onChange(next)
  }
  const descriptions = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ')
  return (
    <fieldset class="field" aria-describedby={descriptions || undefined}>
      <legend>{legend}</legend>
      {hint && (
        <span class="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      <div class="tile-map">
        {tiles.map(([code, row, column]) => (
          <label key={code} class="tile" style={placeOf(row, column)} title={bundeslandName(code)}>
            <input
              type="checkbox"
              data-code={code}
              aria-label={bundeslandName(code)}
              checked={value.has(code)}
              onChange={() => toggle(code)}
              onKeyDown={moveByArrows}
            />
            <span aria-hidden="true">{code}</span>
          </label>
        ))}
      </div>
      {error && <FieldError id={`${id}-error`}>{error}</FieldError>}
    </fieldset>
  )
}

export type TileSharesProps = {
  /** What the map shows. */
  label: string
  /** How strongly a tile is coloured, 0–1. */
  shareOf: (code: BundeslandCode) => number
  /** The text in a tile under its code. */
  textOf: (code: BundeslandCode) => string
  /** The same in a sentence, for screen readers and as a tooltip. */
  sentenceOf: (code: BundeslandCode) => string
  /** Given when a tile can be chosen. */
  onSelect?: (code: BundeslandCode) => void
  selected?: BundeslandCode | null
}

/** The Bundesländer coloured by a share. */
export function TileShares({ label, shareOf, textOf, sentenceOf, onSelect, selected = null }: TileSharesProps) {
  return (
    <ul class="tile-map" aria-label={label}>
      {tiles.map(([code, row, column]) => {
        const share = Math.min(1, Math.max(0, shareOf(code)))
        const content = (
          <>
            <span class="visually-hidden">{sentenceOf(code)}</span>
            <span aria-hidden="true">{code}</span>
            <span class="tile-text" aria-hidden="true">
              {textOf(code)}
            </span>
          </>
        )
        return (
          <li
            key={code}
            class="tile share"
            style={{ ...placeOf(row, column), '--share': share }}
            title={sentenceOf(code)}
          >
            {onSelect ? (
              <button
                type="button"
                data-code={code}
                aria-pressed={code === selected}
                onClick={() => onSelect(code)}
                onKeyDown={moveByArrows}
              >
                {content}
              </button>
            ) : (
              content
            )}
          </li>
        )
      })}
    </ul>
  )
}
