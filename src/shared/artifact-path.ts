/** Characters that no path has: control and invisible ones, lone surrogates, and what separates folders elsewhere. */
const unwanted = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\\\u{10ffff}]/u

/** The path after all that begin with another one: SQLite compares text by its bytes. */
export const AFTER_ANY_CHARACTER = '\u{10ffff}'

/**
 * Why a text is not the path of a file, such as `checkpoints/step-120/model.bin`; `null`: it is one. Its names are safe to
 * be those of files wherever an archive is unpacked.
 */
export function pathError(path: string, bytesMax: number): string | null {
  if (new TextEncoder().encode(path).length > bytesMax) return `Must have at most ${bytesMax} bytes`
  if (path !== path.normalize('NFC')) return 'Must be in Unicode normalization form C (NFC)'
  if (unwanted.test(path)) return 'Must not contain control characters, invisible characters or backslashes'
  const names = path.split('/')
  if (names.includes('')) return 'Must not be empty, nor contain an empty name: no slash at either end, no two in a row'
  return names.some((name) => name === '.' || name === '..') ? 'Must not contain the names . and ..' : null
}

/** Whether a path is that of a folder's file, or of the file by that name. */
export const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`)

/** The folders that a path is in, the outermost first: `a` and `a/b` of `a/b/c`. */
export function foldersOf(path: string): string[] {
  const names = path.split('/').slice(0, -1)
  return names.map((_, i) => names.slice(0, i + 1).join('/'))
}
