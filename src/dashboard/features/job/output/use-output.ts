import { useEffect, useMemo } from 'preact/hooks'
import type { JobSnapshot } from '../../../../client/index.ts'
import { api } from '../../../api/client.ts'
import { reachable } from '../../../api/reachability.ts'
import { request } from '../../../api/request.ts'
import { useLive } from '../../../live/watch-live.ts'
import { UNWATCHED_JOB_MS } from '../../../platform/limits.ts'
import { OutputLog } from './output-log.ts'

/** The output of a job, kept up to date while it is shown: the job's stream says how many lines there are. */
export function useOutput({ id }: Pick<JobSnapshot, 'id'>): { log: OutputLog; isKnown: boolean } {
  const log = useMemo(() => new OutputLog((after, limit) => read(id, after, limit)), [id])
  const { event, connection } = useLive(id)
  const { state } = connection.value
  const isLive = state === 'live' || state === 'ended'
  const lines = event.value === null ? null : (event.value.output_lines ?? 0)
  const isReachable = reachable.value
  useEffect(() => {
    if (lines !== null && isReachable) void log.announce(lines)
  }, [log, lines, isReachable])
  useEffect(() => {
    if (isLive || !isReachable) return
    const timer = setInterval(() => void log.announce(), UNWATCHED_JOB_MS)
    return () => clearInterval(timer)
  }, [log, isLive, isReachable])
  return { log, isKnown: lines !== null || log.end > 0 }
}

function read(id: string, after: number, limit: number) {
  const query = { after: String(after), limit: String(limit) }
  const param = { id: encodeURIComponent(id) }
  return request(() => api.jobs[':id'].output.$get({ param, query }), { inBackground: true })
}
