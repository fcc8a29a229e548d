import { type ReadonlySignal, useSignal, useSignalEffect } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { api } from '../../api/client.ts'
import { request } from '../../api/request.ts'
import { ACCURACY_POINTS_MAX } from '../../limits.ts'
import { emptySamples, type Samples } from '../../live/series.ts'
import type { LiveJob } from '../../live/watch-live.ts'

export type AccuracyCurve = { samples: Samples; version: ReadonlySignal<number> }

/**
 * The accuracy from the first step on. The stream tells that of the latest step only, so what was before is read from
 * the history: when the stream begins, and again whenever it comes back, since samples are missing then.
 */
export function useAccuracy(live: LiveJob): AccuracyCurve {
  const version = useSignal(0)
  const samples = useMemo(emptySamples, [live])
  const asked = useMemo(() => ({ times: 0 }), [live])

  const goOn = () => {
    if (live.samples.length === 0) samples.clear()
    const last = samples.length === 0 ? -1 : samples.at('step', samples.length - 1)
    samples.push(samplesBehind(live.samples, last))
    version.value = version.peek() + 1
  }
  useSignalEffect(() => {
    void live.version.value
    goOn()
  })
  useSignalEffect(() => {
    const { state } = live.connection.value
    if (state !== 'live' && state !== 'ended') return
    const attempt = ++asked.times
    void readHistory(live.jobId).then((points) => {
      if (points === null || attempt !== asked.times) return
      samples.clear()
      samples.push(points)
      goOn()
    })
  })
  return { samples, version }
}

/** The samples behind a step; they are few, since the newest are looked at first. */
function samplesBehind(all: Samples, step: number) {
  const behind: { step: number; timestamp: number; accuracy: number }[] = []
  for (let at = all.length - 1; at >= 0 && all.at('step', at) > step; at--) {
    behind.unshift({ step: all.at('step', at), timestamp: all.at('timestamp', at), accuracy: all.at('accuracy', at) })
  }
  return behind
}

async function readHistory(id: string) {
  const input = {
    param: { id: encodeURIComponent(id) },
    query: { max_points: String(ACCURACY_POINTS_MAX), format: 'json' },
  } as const
  const answer = await request(() => api.jobs[':id'].history.$get(input), { inBackground: true })
  return answer.ok && typeof answer.data !== 'string' ? answer.data.points : null
}
