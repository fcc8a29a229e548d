import type { JobSnapshot, MetricValue, StreamEvent } from '../../src/client/index.ts'
import { isFinal, type JobStatus } from '../../src/shared/job-status.ts'
import { conditionOf, statusText } from './runner-texts.ts'
import { NO_VALUE, padded, printable, shortened, table } from './text.ts'

/** Characters of a name in a table: with the other columns it fits into 120. */
const NAME_WIDTH_MAX = 32

/** Characters of the shortest useful bar, and of the longest. */
const BAR_WIDTH_MIN = 8
const BAR_WIDTH_MAX = 40

/** Free columns at the end of the line: a terminal writes ^C there, and wraps full lines. */
const MARGIN = 3

/** Minimum characters of a shown id: among a thousand jobs, two share them in one case of ten thousand. */
const SHORT_ID_LENGTH_MIN = 8

/** `8:21`, `1:02:03`: whole seconds, rounded up, so that 0:00 is the end. */
export function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1_000)
  const two = (count: number) => String(count).padStart(2, '0')
  const minutes = Math.floor(seconds / 60)
  return minutes < 60
    ? `${minutes}:${two(seconds % 60)}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`
}

/** Jobs as a table, in their order. Ids are shortened to a distinct prefix. */
export function jobTable(jobs: JobSnapshot[], timeZone?: string): string[] {
  const idLength = distinctLength(jobs.map((job) => job.id))
  const rows = jobs.map((job) => [
    job.id.slice(0, idLength),
    shortened(printable(job.name), NAME_WIDTH_MAX),
    job.model_type,
    statusText(job),
    // Documents follow from the progress: without a number, that is not known either.
    job.documents_processed === null && job.status !== 'completed' ? NO_VALUE.padStart(5) : percent(job.progress),
    `${job.current_epoch === null ? NO_VALUE : epochText(job.current_epoch)}/${job.total_epochs}`,
    new Date(job.created_at).toLocaleString('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone }),
  ])
  return table(['ID', 'NAME', 'TYPE', 'STATUS', 'PROGRESS', 'EPOCH', 'CREATED'], rows)
}

/** A job's progress, in one line without a bar. */
export function progressText(event: StreamEvent): string {
  return joined([padded(event.status, 10), ...figures(event), timing(event)])
}

/** Colours a part of the line by the job's status. */
export type Paint = (text: string, status: JobStatus) => string

/**
 * A job's progress, in one line of at most `columns` characters, with a bar that fills the available width.
 *
 * @param note replaces the remaining time, for example while there is no connection
 */
export function progressLine(
  event: StreamEvent,
  columns: number,
  note?: string,
  paint: Paint = (text) => text,
): string {
  const before = padded(event.status, 10)
  const after = joined([...figures(event), note ?? timing(event)])
  const room = Math.min(BAR_WIDTH_MAX, columns - MARGIN - before.length - after.length - 4)
  if (room < BAR_WIDTH_MIN) return shortened(`${before}  ${after}`, columns - MARGIN)
  const full = Math.floor((event.progress / 100) * room)
  return `${before}  ${paint('█'.repeat(full), event.status)}${'░'.repeat(room - full)}  ${after}`
}

/** How a job ended, as a sentence; `why`: the reason of a failure. */
export function ending(event: StreamEvent, why: string | null): string {
  const { loss, val_loss, accuracy } = event.metrics
  const results = [known('loss', loss, 4), known('validation loss', val_loss, 4), known('accuracy', accuracy, 3)].flat()
  switch (event.status) {
    case 'completed':
      return `Completed after ${duration(event.elapsed_time_ms)}${results.length > 0 ? `: ${results.join(', ')}` : ''}.`
    case 'failed':
      return `Failed ${placeOf(event)}: ${printable(why ?? 'no error message').replace(/\.$/, '')}.`
    default:
      return `Cancelled ${placeOf(event)}.`
  }
}

/** How far a job has come, as an adverb. */
export function placeOf({ current_epoch, total_epochs, current_step, attempt }: StreamEvent): string {
  if (current_epoch === null) return attempt === undefined ? 'before any runner took it' : `at step ${current_step}`
  return current_epoch === 0 ? 'before its training started' : `in epoch ${epochText(current_epoch)} of ${total_epochs}`
}

/** What is known of the progress: of a runner's job maybe nothing. */
function figures({ progress, current_epoch, total_epochs, current_step, total_steps, metrics }: StreamEvent): string[] {
  const { loss, val_loss } = metrics
  const epochs = String(total_epochs)
  const isUnknown = total_steps === null && current_step === 0 && loss === null
  const step = isUnknown ? [] : [total_steps === null ? `step ${current_step}` : percent(progress)]
  const epoch = current_epoch === null ? [] : [`epoch ${epochText(current_epoch).padStart(epochs.length)}/${epochs}`]
  // Nothing has been measured before the first epoch.
  if (current_epoch === 0) return [...step, ...epoch]
  return [...step, ...epoch, ...known('loss', loss, 4), ...known('val', val_loss, 4)]
}

function timing(event: StreamEvent): string {
  const { status, current_epoch, elapsed_time_ms, estimated_remaining_ms } = event
  if (isFinal(status)) return `took ${duration(elapsed_time_ms)}`
  const condition = conditionOf(event)
  if (condition !== null) return condition
  if (estimated_remaining_ms !== null) {
    return `${duration(estimated_remaining_ms)} ${current_epoch === 0 ? 'once started' : 'left'}`
  }
  return elapsed_time_ms === 0 ? '' : `${duration(elapsed_time_ms)} so far`
}

/** A metric with its name; nothing, if there is no value. */
const known = (name: string, value: MetricValue | null, digits: number): string[] =>
  value === null ? [] : [`${name} ${decimal(value, digits)}`]

const joined = (parts: string[]): string =>
  parts
    .filter((part) => part !== '')
    .join('  ')
    .trimEnd()

/** A metric's value with so many digits. */
function decimal(value: MetricValue, digits: number): string {
  const number = Number(value)
  if (Number.isNaN(number)) return 'NaN'
  if (!Number.isFinite(number)) return number > 0 ? '∞' : '−∞'
  return number.toFixed(digits)
}

/** Rounded down, so that only the end is 100 %: but 28.999999999999996 is 29. */
const percent = (progress: number): string => `${String(Math.floor(progress + 1e-6)).padStart(3)} %`

function distinctLength(ids: string[]): number {
  const longest = Math.max(0, ...ids.map((id) => id.length))
  for (let length = SHORT_ID_LENGTH_MIN; length < longest; length++) {
    if (new Set(ids.map((id) => id.slice(0, length))).size === ids.length) return length
  }
  return longest
}

/** An epoch, of which training scripts may say a fraction. */
const epochText = (epoch: number): string => String(Math.round(epoch * 100) / 100)
