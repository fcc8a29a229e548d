import type { JobSnapshot } from '../../../client/index.ts'
import type { ChartContent } from '../../chart/types.ts'
import { type Along, lastTimeOf } from '../../live/series.ts'
import type { LiveJob } from '../../live/watch-live.ts'
import { rangeOf } from './axis.ts'
import type { JobEvent } from './data.ts'
import { epochMarks, pauseMarks } from './marks.ts'

/** The job whose curves are shown, and its log. */
export type CurvesProps = { live: LiveJob; events: readonly JobEvent[]; job: JobSnapshot }

export type Frame = Pick<ChartContent, 'marks' | 'xRange'>

/** What surrounds the curves of a job: its marks, and how far the axis goes. */
export function frameOf(live: LiveJob, events: readonly JobEvent[], way: Along): Frame {
  const xRange = rangeOf(live, way)
  const end = xRange?.[1] ?? way.place(lastTimeOf(live.points))
  return { xRange, marks: [...epochMarks(live, way), ...pauseMarks(events, way, end)] }
}
