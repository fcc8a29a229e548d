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

/** The view that an address names, if it is one. */
export function viewIn(params: URLSearchParams): View | null {
  const [min, max] = ['from', 'to'].map((name) => Number.parseFloat(params.get(name) ?? '')) as [number, number]
  return Number.isFinite(min) && Number.isFinite(max) && min < max ? { min, max } : null
}

/** How an address names a view, with the digits that its width needs. */
export function viewQuery(view: View | null): { from: string | null; to: string | null } {
  if (view === null) return { from: null, to: null }
  const digits = Math.min(20, Math.max(0, 2 - Math.floor(Math.log10(view.max - view.min))))
  const text = (value: number) => String(Number(value.toFixed(digits)))
  return { from: text(view.min), to: text(view.max) }
}

/** What of a view lies within the whole of its axis; all of it if nothing does. */
export function within(view: View | null, [from, to]: readonly [number, number]): View {
  const [min, max] = [Math.max(from, view?.min ?? from), Math.min(to, view?.max ?? to)]
  return min < max ? { min, max } : { min: from, max: to }
}

/** The index of the value that is nearest to another; 0 if there is none. */
export function nearestTo(x: number, values: ArrayLike<number | null>): number {
  let nearest = 0
  for (let at = 1; at < values.length; at++) {
    if (Math.abs((values[at] ?? 0) - x) < Math.abs((values[nearest] ?? 0) - x)) nearest = at
  }
  return nearest
}
