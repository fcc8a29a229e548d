import type { Lines } from './layout.ts'

/** Whether a text has a word, in whatever case; and where. */
export function placesOf(text: string, word: string): number[] {
  const places: number[] = []
  if (word === '') return places
  const [folded, wanted] = [text.toLowerCase(), word.toLowerCase()]
  // A few characters change their length with their case: then the places would be wrong, and it is looked for as it is.
  const isSame = folded.length === text.length
  const [where, what] = isSame ? [folded, wanted] : [text, word]
  for (let at = where.indexOf(what); at >= 0; at = where.indexOf(what, at + what.length)) places.push(at)
  return places
}

/** The numbers of the lines that have a word, of those that are read, in order. */
export function linesWith({ first, end, at }: Lines, word: string): number[] {
  const found: number[] = []
  if (word === '') return found
  const wanted = word.toLowerCase()
  for (let number = first; number < end; number++) {
    const text = at(number)?.text
    if (text?.toLowerCase().includes(wanted)) found.push(number)
  }
  return found
}

/** The next of some numbers in order, behind one or before it; after the last comes the first again. */
export function nextOf(numbers: readonly number[], from: number | null, direction: 1 | -1): number | null {
  if (numbers.length === 0) return null
  if (from === null) return (direction === 1 ? numbers[0] : numbers.at(-1)) ?? null
  return direction === 1
    ? (numbers.find((number) => number > from) ?? numbers[0] ?? null)
    : (numbers.findLast((number) => number < from) ?? numbers.at(-1) ?? null)
}
