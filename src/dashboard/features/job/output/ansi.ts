import { parse } from '@ansi-tools/parser'

/** A colour of a terminal: one of the 16 that a theme names, by its number; or any other, as CSS. */
export type Colour = number | string

/** How a program wants a piece of its output to look. */
export type Style = {
  fg: Colour | null
  bg: Colour | null
  bold: boolean
  dim: boolean
  italic: boolean
  underline: boolean
  strike: boolean
  /** The colours are swapped. */
  inverse: boolean
}

/** A piece of a line that looks the same throughout; `null`: it looks like the rest of the page. */
export type Piece = { text: string; style: Style | null }

const plain: Style = {
  fg: null,
  bg: null,
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  strike: false,
  inverse: false,
}

/** What a line consists of besides its text: escape sequences and control characters, of which most lines have none. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const control = /[\x00-\x1f\x7f-\x9f]/

/** A tab ends at the next multiple of so many columns, as in terminals. */
const TAB_COLUMNS = 8

/**
 * Reads a line of a terminal: its colours, and its text as it can be shown. Sequences that do anything else (move the cursor, set
 * a title, make a link) are left out, control characters shown as their symbols. Each line begins without colours, since
 * those before it may not be known.
 */
export function piecesOf(line: string): Piece[] {
  if (!control.test(line)) return [{ text: line, style: null }]
  const pieces: Piece[] = []
  let style = plain
  let column = 0
  for (const code of parse(line)) {
    if (code.type === 'CSI' && code.command === 'm')
      style = styledBy(style, code.parameterGroups ?? code.params.map((param) => [param]))
    if (code.type !== 'TEXT') continue
    const text = shown(code.raw, column)
    column += text.length
    if (text !== '') pieces.push({ text, style: style === plain ? null : style })
  }
  return pieces
}

/** A text without tabs and control characters, which no font shows. */
function shown(text: string, column: number): string {
  let result = ''
  for (const character of text) {
    const code = character.charCodeAt(0)
    if (character === '\t') result += ' '.repeat(TAB_COLUMNS - ((column + result.length) % TAB_COLUMNS))
    else if (code < 0x20) result += String.fromCharCode(0x2400 + code)
    else if (code === 0x7f) result += '\u2421'
    else if (code > 0x9f || code < 0x7f) result += character
  }
  return result
}

/**
 * A style after "select graphic rendition" (ECMA-48, 8.3.117); what is not known changes nothing. A colour beyond the 16 stands
 * in one parameter (`38:2::255:0:0`), or as most programs write it in several (`38;2;255;0;0`).
 */
function styledBy(before: Style, groups: readonly string[][]): Style {
  const style = { ...before }
  const rest = groups.length === 0 ? [['0']] : [...groups]
  while (rest.length > 0) {
    const [code = 0, ...parts] = (rest.shift() ?? []).map(Number)
    if (code === 38 || code === 48 || code === 58) {
      const colour = colourOf(parts.length > 0 ? parts : takeColour(rest))
      if (colour !== null && code === 38) style.fg = colour
      if (colour !== null && code === 48) style.bg = colour
    } else if (code === 4 && parts[0] === 0) style.underline = false
    else Object.assign(style, changeBy(code))
  }
  return Object.entries(plain).every(([name, value]) => style[name as keyof Style] === value) ? plain : style
}

/** Takes the parameters that follow 38 from the others. */
function takeColour(rest: string[][]): number[] {
  const kind = Number(rest[0]?.[0])
  return rest.splice(0, kind === 2 ? 4 : kind === 5 ? 2 : 1).map(([part]) => Number(part))
}

/** The colour in what follows 38: `5, index` or `2, red, green, blue`, maybe with a colour space before the three. */
function colourOf([kind, ...parts]: readonly number[]): Colour | null {
  if (kind === 5) return ofTable(parts[0] ?? 0)
  return kind === 2 ? rgb(parts.slice(-3)) : null
}

function changeBy(code: number): Partial<Style> {
  if (code >= 30 && code <= 37) return { fg: code - 30 }
  if (code >= 40 && code <= 47) return { bg: code - 40 }
  if (code >= 90 && code <= 97) return { fg: code - 82 }
  if (code >= 100 && code <= 107) return { bg: code - 92 }
  return changes[code] ?? {}
}

const changes: Record<number, Partial<Style>> = {
  0: plain,
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: true },
  7: { inverse: true },
  9: { strike: true },
  21: { underline: true },
  22: { bold: false, dim: false },
  23: { italic: false },
  24: { underline: false },
  27: { inverse: false },
  29: { strike: false },
  39: { fg: null },
  49: { bg: null },
}

const rgb = (parts: readonly number[]): Colour | null =>
  parts.length === 3 && parts.every((part) => part >= 0 && part <= 255) ? `rgb(${parts.join(' ')})` : null

/** A colour of xterm's table: the 16 that have names, a cube of 6 × 6 × 6, and 24 greys. */
function ofTable(index: number): Colour | null {
  if (!(index >= 0 && index <= 255)) return null
  if (index < 16) return index
  if (index >= 232) return rgb(Array.from({ length: 3 }, () => 8 + (index - 232) * 10))
  const level = (part: number) => (part === 0 ? 0 : 55 + part * 40)
  const at = index - 16
  return rgb([level(Math.floor(at / 36)), level(Math.floor(at / 6) % 6), level(at % 6)])
}
