import { styleText } from 'node:util'
import { SingleBar } from 'cli-progress'
import type { StreamEvent, WatchedEvent } from '../../src/client/index.ts'
import type { JobStatus } from '../../src/shared/job-status.ts'
import { type Paint, progressLine, progressText } from './format.ts'

/** The output of a watch. */
export type Screen = {
  show(event: WatchedEvent): void
  /** The connection is lost; the next attempt is made after `waitMs`. */
  lost(why: string, waitMs: number): void
  /** Restores the terminal. Idempotent. */
  close(): void
}

type Output = NodeJS.WriteStream

/** For scripts: each event as a line of JSON. */
export function jsonScreen(id: string, out: Output, err: Output): Screen {
  return {
    show: ({ cursor, data }) => out.write(`${JSON.stringify({ cursor, job_id: id, ...data })}\n`),
    lost: lostTo(err),
    close: () => {},
  }
}

/** For logs: a line for each change of status and each epoch. */
export function lineScreen(out: Output, err: Output): Screen {
  let shown = ''
  return {
    show({ data }) {
      const place = `${data.status} ${data.current_epoch}`
      if (place !== shown) out.write(`${progressText(data)}\n`)
      shown = place
    },
    lost: lostTo(err),
    close: () => {},
  }
}

/** For people: one line that is redrawn. */
export function barScreen(out: Output): Screen {
  let latest: StreamEvent | null = null
  let note: string | undefined
  const bar = new SingleBar({
    stream: out,
    format: (_, { maxWidth }) => (latest === null ? '' : progressLine(latest, maxWidth, note, paintFor(out))),
    hideCursor: true,
    // Ctrl+C ends the watch, and that closes the screen.
    gracefulExit: false,
  })
  return {
    show({ data }) {
      const begins = latest === null
      latest = data
      note = undefined
      if (begins) bar.start(100, data.progress)
      else bar.update(data.progress)
    },
    lost() {
      note = 'reconnecting'
    },
    close: () => bar.stop(),
  }
}

const lostTo = (err: Output) => (why: string, waitMs: number) =>
  void err.write(`The connection is lost (${why}), next attempt in ${Math.ceil(waitMs / 1_000)} s\n`)

const colours: Partial<Record<JobStatus, 'green' | 'red' | 'yellow'>> = {
  completed: 'green',
  failed: 'red',
  paused: 'yellow',
  cancelled: 'yellow',
}

/** Uses colours if the terminal supports them and NO_COLOR is not set. */
const paintFor =
  (stream: Output): Paint =>
  (text, status) =>
    styleText(colours[status] ?? 'cyan', text, { stream })
