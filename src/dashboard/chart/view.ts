/** What of an axis is in view. */
export type View = { min: number; max: number }

export type Zoom = {
  /** Under 1 shows less. */
  factor: number
  /** What comes to lie in the middle, as far as the whole allows. */
  middle: number
  /** So wide it stays, unless it is narrower already. */
  widthMin: number
}

/** A view zoomed within the whole of its axis; `null`: all of it. */
export function zoomed({ min, max }: View, whole: readonly [number, number], zoom: Zoom): View | null {
  const [from, to] = whole
  const width = Math.max((max - min) * zoom.factor, Math.min(max - min, zoom.widthMin))
  if (width >= to - from) return null
  const start = Math.min(to - width, Math.max(from, zoom.middle - width / 2))
  return { min: start, max: start + width }
}

/** A view of the same width that shows a place, moved no further than that takes. */
export function showing(x: number, { min, max }: View): View {
  const by = x < min ? x - min : x > max ? x - max : 0
  return { min: min + by, max: max + by }
}
