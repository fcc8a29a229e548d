import type { Problem as ApiProblem } from '../../client/index.ts'
import { formatDuration } from '../i18n/format.ts'
import { keyIfAny, t } from '../i18n/text.ts'

/** A refusal of the API, with the seconds after which to retry if the API named them. */
export type Problem = ApiProblem & { retry_after_s?: number }

/** A refusal made by the page itself, in the shape of the API's: the server was not reached, or not understood. */
export function ownProblem(kind: 'offline' | 'unexpected' | 'signed-out', status = 0): Problem {
  return { type: `urn:stellwerk:problem:${kind}`, title: '', status, detail: '', instance: location.pathname }
}

/** The last part of a problem's `type`; empty when the status says it all. */
export const kindOf = (problem: Problem): string => /^urn:stellwerk:problem:(.+)$/.exec(problem.type)?.[1] ?? ''

/** Whether there was no response. The banner over the page reports that once for everything. */
export const isOffline = (problem: Problem): boolean => kindOf(problem) === 'offline'

/** The newer of two refusals; the older one if both say the same, so that screen readers do not read it twice. */
export const newerOf = (known: Problem | null, given: Problem): Problem =>
  known?.type === given.type && known.status === given.status ? known : given

/** A refusal in the page's language where its kind is known, else in the API's own words. */
export function explain(problem: Problem): string {
  const { request_id: id } = problem
  if (problem.status === 500 && id !== undefined) return t('problem.status500', { id })
  if (problem.status === 401) return t('problem.signed-out')
  const key = keyIfAny('problem', kindOf(problem))
  if (problem.status === 429 && key === null)
    return t('problem.tooMany', { wait: formatDuration((problem.retry_after_s ?? 60) * 1_000) })
  if (problem.status === 403 && key === null) return t('problem.forbidden')
  return key === null ? problem.detail || problem.title : t(key, { status: problem.status })
}
