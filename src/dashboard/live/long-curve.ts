import { ApiError, type Client, type HistoryPoint, type WatchedEvent, watchJob } from '../../client/index.ts'
import { LIVE_THINNED_METRICS, LIVE_THINNED_POINTS, LIVE_THINNED_RETRY_MS } from '../platform/limits.ts'

/** A job's newest event, with its last points, and how many points there were until then. */
export async function newestOf(
  client: Client,
  id: string,
  signal: AbortSignal,
): Promise<WatchedEvent & { points: number }> {
  for await (const event of watchJob(client, id, { history: 'window', signal })) {
    return { ...event, points: Number(event.cursor.split('.')[1]) }
  }
  throw new Error('A stream in windows begins with an event, even of a job that has ended')
}

/**
 * A job's whole curve, thinned by the service: the metrics that fields of points have, or if there are none of them, others.
 * Asked for again until it is there.
 *
 * @param like some points of the job
 * @throws an ApiError if it is refused
 */
export async function thinnedCurve(
  client: Client,
  id: string,
  like: readonly HistoryPoint[],
  signal: AbortSignal,
): Promise<HistoryPoint[]> {
  const names = new Set(like.flatMap(({ metrics = {} }) => Object.keys(metrics)))
  const query = {
    max_points: String(LIVE_THINNED_POINTS),
    only_asked: 'true',
    format: 'json',
    ...(like.some(hasField) || names.size === 0 ? {} : { metrics: [...names].slice(0, LIVE_THINNED_METRICS) }),
  } as const
  for (;;) {
    const param = { id: encodeURIComponent(id) }
    const response = await client.api.v1.admin.training.jobs[':id'].history
      .$get({ param, query }, { init: { signal } })
      .catch(() => null)
    signal.throwIfAborted()
    if (response?.ok) return ((await response.json()) as { points: HistoryPoint[] }).points
    if (response !== null && response.status < 500 && response.status !== 429) throw await ApiError.of(response)
    await new Promise((resolve) => setTimeout(resolve, LIVE_THINNED_RETRY_MS))
  }
}

const hasField = ({ loss, val_loss, accuracy, learning_rate }: HistoryPoint): boolean =>
  [loss, val_loss, accuracy, learning_rate].some((value) => value !== null)
