import { NAME_MARKS_MAX } from './limits.ts'

/**
 * Characters that are invisible or change how their neighbours appear: controls, line breaks, bidirectional formatting,
 * lone surrogates, private use, fillers, joiners, and blanks other than spaces. Emoji sequences need two of them, which
 * are therefore allowed there: U+FE0F after a pictograph, U+200D between two.
 */
const invisible =
  /(?!(?<=\p{ExtPict})\uFE0F|(?<=\p{ExtPict}|\p{EMod}|\uFE0F)\u200D(?=\p{ExtPict}))[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{DI}\u2800\u{1D159}]/u

/**
 * What a JSON Schema can check of a name before it is tidied, in every dialect of regular expressions: something other than
 * blanks, and none of the invisible characters of the Basic Multilingual Plane but those within emoji.
 *
 * @param excluded further characters that it must not have, as they stand in a class
 */
export function namePattern(excluded = ''): string {
  const hidden =
    excluded +
    '\\u0000-\\u001F\\u007F-\\u009F\\u00AD\\u034F\\u061C\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F\\u200B\\u200C' +
    '\\u200E\\u200F\\u2028-\\u202E\\u2060-\\u206F\\u2800\\u3164\\uE000-\\uF8FF\\uFEFF\\uFFA0\\uFFF0-\\uFFFB'
  return `^\\s*[^\\s${hidden}]([^${hidden}]*[^\\s${hidden}])?\\s*$`
}

const visible = /[\p{L}\p{N}\p{P}\p{S}]/u

/** A combining mark without a base character, or more marks on one character than any script uses. */
const strayMarks = new RegExp(`^\\p{M}|\\p{M}{${NAME_MARKS_MAX + 1}}`, 'u')

/** The stored form of a name: NFC, so that equal-looking names are equal; runs of blanks are one space; trimmed. */
export const tidyName = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/\p{Zs}+/gu, ' ')
    .trim()

/** Why a display name is not valid. */
export type NameError = 'empty' | 'too_long' | 'unseen' | 'marks'

/**
 * Why a tidied name is not valid: nothing visible in it, more than `lengthMax` code points, an invisible character, or
 * stacked combining marks; `null`: it is valid.
 */
export function nameErrorIn(name: string, lengthMax: number): NameError | null {
  if (name === '') return 'empty'
  if ([...name].length > lengthMax) return 'too_long'
  if (invisible.test(name)) return 'unseen'
  if (strayMarks.test(name)) return 'marks'
  return visible.test(name) ? null : 'empty'
}

/** The name that comes closest to a text which need not be one; `otherwise`: where nothing of it is left. */
export function cleanName(text: string, lengthMax: number, otherwise: string): string {
  const cleaned = text
    .replace(new RegExp(invisible, 'gu'), ' ')
    .replace(/(?<=^|\P{M})\p{M}{5,}/gu, '')
    .replace(/^\p{M}+/u, '')
  const name = tidyName([...tidyName(cleaned)].slice(0, lengthMax).join(''))
  return nameErrorIn(name, lengthMax) === null ? name : otherwise
}
