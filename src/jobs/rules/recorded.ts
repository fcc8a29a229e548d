import { noRun } from './run.ts'
import type { Curve, Point, Recorded } from './types.ts'

/** A curve without points. */
const emptyCurve: Curve = {
  length: 0,
  lengthMax: Number.MAX_SAFE_INTEGER,
  names: [],
  slice: (): Point[] => [],
  reach: (_, to) => to,
  last: (): Point[] => [],
  between: (): Point[] => [],
  thin: () => ({ bucketSteps: 1, points: [] }),
}

/** What is known of a job of which nothing was reported. */
export const nothingRecorded: Recorded = {
  curve: emptyCurve,
  summary: {
    points: 0,
    step: null,
    epoch: null,
    receivedMs: null,
    heardMs: null,
    progressedMs: null,
    lines: 0,
    metrics: {},
  },
  run: noRun,
}
