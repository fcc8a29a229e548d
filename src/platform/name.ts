import { NAME_MARKS_MAX } from './limits.ts'

/**
 * What is not seen, or changes how what stands beside it is seen: controls, line breaks, what turns the reading direction,
 * halves of characters, characters of private use, fillers and joiners, and blanks that are no spaces. Emoji are put
 * together with two of them, between which they may stand: U+FE0F behind a picture, U+200D between two.
 */
const unseen =
  /(?!(?<=\p{ExtPict})\uFE0F|(?<=\p{ExtPict}|\p{EMod}|\uFE0F)\u200D(?=\p{ExtPict}))[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{DI}\u2800\u{1D159}]/u

const visible = /[\p{L}\p{N}\p{P}\p{S}]/u

/** A mark with nothing that it stands on, or more of them on one character than any script writes. */
const strayMarks = new RegExp(`^\\p{M}|\\p{M}{${NAME_MARKS_MAX + 1}}`, 'u')

/** A name as it is kept: composed (NFC), so that what looks alike is alike; every run of blanks is one space, none around it. */
export const tidyName = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/\p{Zs}+/gu, ' ')
    .trim()

/** What is wrong with a name for people. */
export type NameError = 'empty' | 'too_long' | 'unseen' | 'marks'

/**
 * What is wrong with a tidied name: nothing to be seen in it, more than `lengthMax` code points, something unseen, or
 * marks heaped on a character; `null`: nothing.
 */
export function nameErrorIn(name: string, lengthMax: number): NameError | null {
  if (name === '') return 'empty'
  if ([...name].length > lengthMax) return 'too_long'
  if (unseen.test(name)) return 'unseen'
  if (strayMarks.test(name)) return 'marks'
  return visible.test(name) ? null : 'empty'
}
