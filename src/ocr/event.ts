/** What was recognized in one image. */
export type OcrResult = {
  text: string
  confidence: number
  processing_time_ms: number
  from_cache: boolean
}

/** The data of one event of a batch's stream; the schema says what each field means. */
export type OcrEvent =
  | {
      type: 'progress'
      current: number
      total: number
      progress_percent: number
      elapsed_ms: number
      estimated_remaining_ms: number
      result: OcrResult
    }
  | { type: 'complete'; total_time_ms: number; processed_count: number }
