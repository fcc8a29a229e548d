import { effect, type ReadonlySignal, signal } from '@preact/signals'
import { api } from '../api/client.ts'
import { request } from '../api/request.ts'
import { ACCURACY_POINTS_MAX } from '../platform/limits.ts'
import { followSamples } from './follow-samples.ts'
import { emptySamples, type Samples } from './series.ts'
import type { LiveJob } from './watch-live.ts'

/** A job's accuracy by step; whoever draws it depends on `version`. */
export type AccuracyCurve = { samples: Samples; version: ReadonlySignal<number> }

/**
 * Follows a job's accuracy from the first step on. The stream tells that of the latest step only, so what was before is
 * read from the history: when the stream begins, and again whenever it comes back, since samples are missing then.
 *
 * @returns the curve, what reads all of it anew, and what ends it
 */
export function followAccuracy(live: LiveJob): { curve: AccuracyCurve; read: () => void; stop: () => void } {
  const samples = emptySamples()
  const version = signal(0)
  let seen = 0
  let reads = 0

  function goOn(): void {
    seen = followSamples(samples, live, seen)
    version.value = version.peek() + 1
  }

  async function read(): Promise<void> {
    const attempt = ++reads
    const points = await readHistory(live.jobId)
    if (points === null || attempt !== reads) return
    samples.clear()
    samples.push(points)
    goOn()
  }

  const stopSamples = effect(() => {
    void live.version.value
    goOn()
  })
  const stopReads = effect(() => {
    if (['live', 'ended'].includes(live.connection.value.state)) void read()
  })
  return {
    curve: { samples, version },
    read: () => void read(),
    stop: () => {
      stopSamples()
      stopReads()
      // An answer that is still on its way is nobody's.
      reads++
    },
  }
}

async function readHistory(id: string) {
  const param = { id: encodeURIComponent(id) }
  const query = { max_points: String(ACCURACY_POINTS_MAX), format: 'json' } as const
  const answer = await request(() => api.jobs[':id'].history.$get({ param, query }), { inBackground: true })
  return answer.ok && typeof answer.data !== 'string' ? answer.data.points : null
}
