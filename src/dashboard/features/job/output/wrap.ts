/** Text that takes a column for each character: nearly all output. */
const narrow = /^[\x20-\x7e]*$/

/** Characters that are two columns wide in fonts of equal width: East Asian ones and pictures. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u

/** Characters that take no column of their own: accents that are added to the one before, and joiners. */
const added = /\p{Mn}|\p{Me}|\p{Cf}/u

/** Where the rows of a text begin that is broken after so many columns: at 0, and wherever one is full. */
export function rowStarts(text: string, columns: number): number[] {
  if (text.length <= columns / 2) return [0]
  if (narrow.test(text))
    return Array.from({ length: Math.max(1, Math.ceil(text.length / columns)) }, (_, row) => row * columns)
  const starts = [0]
  let [at, column] = [0, 0]
  for (const character of text) {
    const width = added.test(character) ? 0 : wide.test(character) ? 2 : 1
    if (column + width > columns && column > 0) {
      starts.push(at)
      column = 0
    }
    column += width
    at += character.length
  }
  return starts
}
