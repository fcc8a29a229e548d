/** A line, or with `until` a stretch, and what it is called: first in full, then in short where there is less room. */
export type Place = { at: number; until?: number | undefined; texts: readonly string[] }

export type Name = { text: string; left: number; width: number }

export type NameOptions = {
  /** Where names may stand. */
  from: number
  to: number
  /** Between a line and its name. */
  gap: number
  widthOf: (text: string) => number
  /** Whether the name of the last of them may stand before it: not where that would be taken for what begins earlier. */
  mayPrecede: boolean
}

/**
 * Places the names of lines and stretches so that it is clear what each belongs to: after its line and before the next,
 * or within its stretch; the name of the last line, or of a last stretch to the end, may stand before it if there is no
 * room after it. `null`: no room.
 * All values in the same unit of pixels.
 *
 * @param places in ascending order
 */
export function placeNames(
  places: readonly Place[],
  { from, to, gap, widthOf, mayPrecede }: NameOptions,
): (Name | null)[] {
  let occupiedTo = from
  return places.map(({ at, until, texts }, index) => {
    const next = places[index + 1]?.at
    const end = Math.min(to, until ?? to, next ?? to)
    const isLast = next === undefined && (until === undefined || until >= to)
    const before = Math.min(at, to) - gap
    const fits = (text: string): Name | null => {
      const width = widthOf(text)
      if (at + gap + width <= end) return { text, width, left: at + gap }
      return mayPrecede && isLast && before - width >= occupiedTo ? { text, width, left: before - width } : null
    }
    const name = texts.map(fits).find((one) => one !== null) ?? null
    occupiedTo = Math.max(at, name === null ? occupiedTo : name.left + name.width)
    return name
  })
}
