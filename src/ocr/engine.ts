/** One image of a batch: its place in it, from 1. */
export type OcrImage = { number: number }

/** What an engine read in an image. `confidence` is between 0 and 1. */
export type OcrResult = { text: string; confidence: number; processing_time_ms: number; from_cache: boolean }

/** Whoever recognises text: it takes one image at a time, and stops working when the signal is aborted. */
export interface OcrEngine {
  /** Rejects when the image cannot be read, and with the signal's reason when that is aborted. */
  recognise(image: OcrImage, signal: AbortSignal): Promise<OcrResult>
}

/** Resolves after `ms`; rejects with the signal's reason as soon as that is aborted. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>

/** What a simulation takes from outside. `speed` divides every duration; `random` is at least 0 and under 1. */
export type SimulationParts = { speed: number; random: () => number; sleep: Sleep }

/**
 * An engine that reads nothing and takes as long over it as a real one: 300–800 ms an image, of which it reports the
 * 200–600 ms that are not waiting. Ranges as in the reference.
 */
export function simulatedEngine({ speed, random, sleep }: SimulationParts): OcrEngine {
  const between = (min: number, max: number) => min + random() * (max - min)
  return {
    async recognise({ number }, signal) {
      const waitingMs = between(100, 200) / speed
      const processingMs = between(200, 600) / speed
      await sleep(waitingMs + processingMs, signal)
      return {
        text: `Sample recognized text for image ${number}`,
        confidence: Math.round(between(0.7, 0.98) * 100) / 100,
        processing_time_ms: Math.round(processingMs),
        from_cache: random() < 0.2,
      }
    },
  }
}
