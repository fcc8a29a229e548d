/** How long frames took, in milliseconds, and how many longer than 50: from there on people notice. */
export type Frames = { count: number; p50: number; p99: number; max: number; long: number }

/** Begins to measure, in a page, the times between its frames. */
export function countFrames(): void {
  const times: number[] = []
  Object.assign(globalThis, { frameTimes: times })
  let last = performance.now()
  const frame = (now: number) => {
    times.push(now - last)
    last = now
    requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
}

/** The frames of a page since it was asked last, at least one. */
export function takeFrames(): Frames {
  const { frameTimes } = globalThis as unknown as { frameTimes: number[] }
  const times = frameTimes.splice(0).sort((a, b) => a - b)
  const at = (part: number) => times[Math.min(times.length - 1, Math.floor(part * times.length))] ?? 0
  return {
    ...{ count: times.length, p50: at(0.5), p99: at(0.99), max: at(1) },
    long: times.filter((ms) => ms > 50).length,
  }
}
