import type { Sleep } from '../platform/timeout.ts'

/** One image of a batch: its position in it, from 1. */
export type OcrImage = { number: number }

/** The text that an engine recognized in an image. `confidence` is between 0 and 1. */
export type OcrResult = { text: string; confidence: number; processing_time_ms: number; from_cache: boolean }

/** Recognizes the text of one image at a time, and stops when the signal is aborted. */
export interface OcrEngine {
  /** Rejects when the image cannot be read, and with the signal's reason when that is aborted. */
  recognize(image: OcrImage, signal: AbortSignal): Promise<OcrResult>
}

/** The simulation's inputs. `speed` divides every duration; `random` returns at least 0 and less than 1. */
export type SimulationOptions = { speed: number; random: () => number; sleep: Sleep }

/**
 * An engine that returns sample text and takes as long as a real one: 300–800 ms per image, of which it reports 200–600 ms
 * as processing time; the rest is waiting. Ranges as in the reference.
 */
export function simulatedEngine({ speed, random, sleep }: SimulationOptions): OcrEngine {
  const between = (min: number, max: number) => min + random() * (max - min)
  return {
    async recognize({ number }, signal) {
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
