import { CHART_DRAW_MS } from '../platform/limits.ts'

const waiting = new Map<object, () => void>()

/**
 * Draws something in one of the next frames, of what waits by the same key only the newest. What takes longer than a part of a
 * frame is spread over several, so that many charts that change at once hold up neither a pointer nor a scroll.
 */
export function drawSoon(key: object, draw: () => void): void {
  if (waiting.size === 0) requestAnimationFrame(drawSome)
  waiting.set(key, draw)
}

/** Draws it no more. */
export const drawNever = (key: object): boolean => waiting.delete(key)

function drawSome(): void {
  const untilMs = performance.now() + CHART_DRAW_MS
  for (const [key, draw] of waiting) {
    waiting.delete(key)
    draw()
    if (performance.now() >= untilMs) break
  }
  if (waiting.size > 0) requestAnimationFrame(drawSome)
}
