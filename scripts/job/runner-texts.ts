import type { JobSnapshot, StreamEvent } from '../../src/client/index.ts'
import { isFinal, type JobStatus } from '../../src/shared/job-status.ts'
import { moment, printable } from './text.ts'

/** What is said of a job that runners train, beside its progress. */

const requests = { pause: 'pause', cancel: 'cancellation' } as const

type Shown = Pick<
  StreamEvent,
  'status' | 'attempt' | 'waiting_for' | 'requested' | 'silent_since' | 'stalled_since' | 'rewind'
>

/** Why a job does not simply train, in a few words; `null`: it does, or it is over. */
export function conditionOf({ status, requested, silent_since, stalled_since, waiting_for }: Shown): string | null {
  if (!isRunning(status)) return waiting_for === undefined ? null : `waits for a ${waiting_for}`
  if (waiting_for === 'runner') return 'runner lost, waits for one'
  if (silent_since !== undefined) return `not heard since ${moment(silent_since)}`
  if (requested !== undefined) return requestText(requested)
  if (stalled_since !== undefined) return `no progress since ${moment(stalled_since)}`
  return null
}

/** Whether a runner should have the job. One that is lost leaves the job in the status that it had. */
const isRunning = (status: JobStatus): boolean =>
  status === 'preparing' || status === 'training' || status === 'validating'

function requestText({ what, seen, stopping }: NonNullable<Shown['requested']>): string {
  if (stopping) return 'the process is stopping'
  return seen ? `the runner has seen the ${requests[what]} request` : `${requests[what]} requested`
}

/**
 * What an event of a runner's job says that the one before did not, in sentences.
 *
 * @param runner the name of the runner of the event's attempt, if it is known
 */
export function newsOf(before: Shown | null, now: Shown, runner: string | null): string[] {
  const { status, attempt, rewind, requested, waiting_for } = now
  if (isFinal(status)) return []
  const news: string[] = []
  if (attempt !== undefined && attempt !== before?.attempt) {
    news.push(`Attempt ${attempt}${runner === null ? '' : ` of runner ${printable(runner)}`}.`)
  }
  if (rewind !== undefined) {
    news.push(rewind.from_step <= 0 ? 'Back to the beginning.' : `Back to step ${rewind.from_step}.`)
  }
  if (isRunning(status)) news.push(...healthNews(before, now))
  else if (waiting_for === 'runner' && (before?.waiting_for !== 'runner' || isRunning(before.status))) {
    news.push('Waits for a runner.')
  }
  if (status !== 'paused') news.push(...requestNews(before?.requested, requested))
  return news
}

/** Of a job that a runner should have. */
function healthNews(before: Shown | null, { attempt, silent_since, stalled_since, waiting_for }: Shown): string[] {
  const known = before !== null && before.attempt === attempt && isRunning(before.status) ? before : null
  const wasUnheard = known?.silent_since !== undefined || known?.waiting_for === 'runner'
  if (waiting_for === 'runner') {
    return known?.waiting_for === 'runner' ? [] : ['The runner is lost; the job waits for one.']
  }
  if (silent_since !== undefined) {
    const isNew = silent_since !== known?.silent_since
    return isNew ? [`The runner has not been heard since ${moment(silent_since)}.`] : []
  }
  const news = wasUnheard ? ['The runner is heard again.'] : []
  if (stalled_since === undefined) return known?.stalled_since === undefined ? news : [...news, 'Progress again.']
  return stalled_since === known?.stalled_since ? news : [...news, `No progress since ${moment(stalled_since)}.`]
}

function requestNews(before: Shown['requested'], now: Shown['requested']): string[] {
  if (now === undefined) return before === undefined ? [] : [`The ${requests[before.what]} request was withdrawn.`]
  const isSame = before?.id === now.id && before.seen === now.seen && before.stopping === now.stopping
  return isSame ? [] : [sentence(requestText(now))]
}

const sentence = (text: string): string => `${text[0]?.toUpperCase()}${text.slice(1)}.`

/** A job's status in a list, with what it waits for, or what was requested of its runner. */
export function statusText({ status, queue_position, requested, attempt, waiting_for }: JobSnapshot): string {
  if (queue_position !== null) return `${status} #${queue_position}`
  if (!isRunning(status)) return waiting_for === 'runner' ? `${status}, waits for runner` : status
  if (waiting_for === 'runner') return `${status}, runner lost`
  if (attempt?.ended === null && attempt.silent_since !== null) return `${status}, not heard`
  if (requested !== null) return `${status}, ${requests[requested.what]} requested`
  if (attempt?.ended === null && attempt.stalled_since !== null) return `${status}, no progress`
  return status
}
