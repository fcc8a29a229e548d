import { useEffect, useMemo } from 'preact/hooks'
import { view, viewName } from '../../../chart/address.ts'
import { partOf } from '../../../domain/curves/part.ts'
import { ShownCurve } from '../../../domain/curves/shown-curve.ts'
import type { Source } from '../../../domain/curves/source.ts'
import type { Rows } from '../../../domain/curves/splice.ts'
import type { LiveJob } from '../../../live/watch-live.ts'
import { along, axis } from '../axis.ts'
import { showsSuperseded } from './settings.ts'

/** A curve while the component is shown. */
export function useCurve(live: LiveJob, source: Source): ShownCurve {
  const curve = useMemo(
    () => new ShownCurve(live, source, { inView: () => inView(live), superseded: () => showsSuperseded.value }),
    [live, source],
  )
  useEffect(() => curve.follow(), [curve])
  return curve
}

/** How the steps in view are found. */
function inView(live: LiveJob) {
  void viewName.value
  const part = view.peek()
  const chosen = axis.value
  return part && ((known: Rows) => partOf(part, known, along(chosen, live)))
}
