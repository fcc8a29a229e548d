import type { JobSnapshot, MetricValue, StreamEvent } from '../../src/client/index.ts'
import { isFinal, type JobStatus } from '../../src/shared/job-status.ts'
import { numberOf } from '../../src/shared/metric-value.ts'

/** Characters of a name in a table: with the other columns it fits into 120. */
const NAME_WIDTH_MAX = 32

/** Characters of the shortest useful bar, and of the longest. */
const BAR_WIDTH_MIN = 8
const BAR_WIDTH_MAX = 40

/** Free columns at the end of the line: a terminal writes ^C there, and wraps full lines. */
const MARGIN = 3

/** Minimum characters of a shown id: among a thousand jobs, two share them in one case of ten thousand. */
const SHORT_ID_LENGTH_MIN = 8

/** Shown where there is no value. */
const NO_VALUE = '–'

/** `8:21`, `1:02:03`: whole seconds, rounded up, so that 0:00 is the end. */
export function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1_000)
  const two = (count: number) => String(count).padStart(2, '0')
  const minutes = Math.floor(seconds / 60)
  return minutes < 60
    ? `${minutes}:${two(seconds % 60)}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`
}

/** Text of the service made safe for a terminal: one line, without control characters. */
export const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ')

/** Columns as wide as their widest cell, two spaces between them. */
export function table(head: string[], rows: string[][]): string[] {
  const lines = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...lines.map((line) => [...(line[column] ?? '')].length)))
  return lines.map((line) =>
    line
      .map((cell, column) => padded(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

/** Jobs as a table, in their order. Ids are shortened to a distinct prefix. */
export function jobTable(jobs: JobSnapshot[], timeZone?: string): string[] {
  const idLength = distinctLength(jobs.map((job) => job.id))
  const rows = jobs.map((job) => [
    job.id.slice(0, idLength),
    shortened(printable(job.name), NAME_WIDTH_MAX),
    job.model_type,
    job.queue_position === null ? job.status : `${job.status} #${job.queue_position}`,
    percent(job.progress),
    `${job.current_epoch ?? NO_VALUE}/${job.total_epochs}`,
    new Date(job.created_at).toLocaleString('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone }),
  ])
  return table(['ID', 'NAME', 'TYPE', 'STATUS', 'PROGRESS', 'EPOCH', 'CREATED'], rows)
}

/** A job's progress, in one line without a bar. */
export function progressText(event: StreamEvent): string {
  return [padded(event.status, 10), ...figures(event), timing(event)].join('  ')
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
  const after = [...figures(event), note ?? timing(event)].join('  ')
  const room = Math.min(BAR_WIDTH_MAX, columns - MARGIN - before.length - after.length - 4)
  if (room < BAR_WIDTH_MIN) return shortened(`${before}  ${after}`, columns - MARGIN)
  const full = Math.floor((event.progress / 100) * room)
  return `${before}  ${paint('█'.repeat(full), event.status)}${'░'.repeat(room - full)}  ${after}`
}

/** How a job ended, as a sentence; `why`: the reason of a failure. */
export function ending(event: StreamEvent, why: string | null): string {
  const { loss, val_loss, accuracy } = event.metrics
  switch (event.status) {
    case 'completed':
      return `Completed after ${duration(event.elapsed_time_ms)}: loss ${decimal(loss, 4)}, validation loss ${decimal(val_loss, 4)}, accuracy ${decimal(accuracy, 3)}.`
    case 'failed':
      return `Failed ${placeOf(event)}: ${printable(why ?? 'no error message')}.`
    default:
      return `Cancelled ${placeOf(event)}.`
  }
}

const placeOf = ({ current_epoch, total_epochs, current_step }: StreamEvent): string =>
  current_epoch === null ? `at step ${current_step}` : `in epoch ${current_epoch} of ${total_epochs}`

function figures({ progress, current_epoch, total_epochs, current_step, total_steps, metrics }: StreamEvent): string[] {
  const epochs = String(total_epochs)
  const place = [
    total_steps === null ? `step ${current_step}` : percent(progress),
    `epoch ${String(current_epoch ?? NO_VALUE).padStart(epochs.length)}/${epochs}`,
  ]
  // Nothing has been measured before the first epoch.
  if (current_epoch === 0) return place
  return [...place, `loss ${decimal(metrics.loss, 4)}`, `val ${decimal(metrics.val_loss, 4)}`]
}

function timing({ status, current_epoch, elapsed_time_ms, estimated_remaining_ms }: StreamEvent): string {
  if (isFinal(status)) return `took ${duration(elapsed_time_ms)}`
  if (estimated_remaining_ms === null) return `${duration(elapsed_time_ms)} so far`
  return `${duration(estimated_remaining_ms)} ${current_epoch === 0 ? 'once started' : 'left'}`
}

/** A metric's value with so many digits. */
function decimal(value: MetricValue | null, digits: number): string {
  const number = numberOf(value)
  if (number === null) return NO_VALUE
  if (Number.isNaN(number)) return 'NaN'
  if (!Number.isFinite(number)) return number > 0 ? '∞' : '−∞'
  return number.toFixed(digits)
}

/** Rounded down, so that only the end is 100 %: but 28.999999999999996 is 29. */
const percent = (progress: number): string => `${String(Math.floor(progress + 1e-6)).padStart(3)} %`

const padded = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - [...text].length))

const shortened = (text: string, width: number): string =>
  [...text].length <= width ? text : `${[...text].slice(0, width - 1).join('')}…`

function distinctLength(ids: string[]): number {
  const longest = Math.max(0, ...ids.map((id) => id.length))
  for (let length = SHORT_ID_LENGTH_MIN; length < longest; length++) {
    if (new Set(ids.map((id) => id.slice(0, length))).size === ids.length) return length
  }
  return longest
}
