import { styleText } from 'node:util'
import { SingleBar } from 'cli-progress'
import type { StreamEvent, WatchedEvent } from '../../src/client/index.ts'
import type { JobStatus } from '../../src/shared/job-status.ts'
import { type Paint, progressLine, progressText } from './format.ts'
import { sayLost } from './interrupt.ts'

/** The output of a watch. */
export type Screen = {
  /** Whether it shows news. */
  takesNews: boolean
  /** @param news what is new with the event, in sentences */
  show(event: WatchedEvent, news: string[]): void
  /** The connection is lost; the next attempt is made after `waitMs`. */
  lost(why: string, waitMs: number): void
  /** Restores the terminal. Idempotent. */
  close(): void
}

type Output = NodeJS.WriteStream

/** For scripts: each event as a line of JSON. */
export function jsonScreen(id: string, out: Output): Screen {
  return {
    takesNews: false,
    show: ({ cursor, data }) => out.write(`${JSON.stringify({ cursor, job_id: id, ...data })}\n`),
    lost: sayLost,
    close: () => {},
  }
}

/** For logs: a line for each change of status and each epoch, or each tenth where there are none, and for all news. */
export function lineScreen(out: Output): Screen {
  let shown = ''
  return {
    takesNews: true,
    show({ data }, news) {
      for (const sentence of news) out.write(`${sentence}\n`)
      const place = `${data.status} ${Math.floor(data.current_epoch ?? data.progress / 10)}`
      if (place !== shown) out.write(`${progressText(data)}\n`)
      shown = place
    },
    lost: sayLost,
    close: () => {},
  }
}

/** For people: one line that is redrawn, below the news. */
export function barScreen(out: Output): Screen {
  let latest: StreamEvent | null = null
  let note: string | undefined
  const line = (columns: number) => (latest === null ? '' : progressLine(latest, columns, note, paintFor(out)))
  const bar = new SingleBar({
    stream: out,
    format: (_, { maxWidth }) => line(maxWidth),
    hideCursor: true,
    // Stopped for news, and at the end, where its last state stays.
    clearOnComplete: true,
    // Ctrl+C ends the watch, and that closes the screen.
    gracefulExit: false,
  })
  return {
    takesNews: true,
    show({ data }, news) {
      latest = data
      note = undefined
      if (news.length > 0) bar.stop()
      for (const sentence of news) out.write(`${sentence}\n`)
      if (bar.isActive) bar.update(data.progress)
      else bar.start(100, data.progress)
    },
    lost() {
      note = 'reconnecting'
    },
    close() {
      if (!bar.isActive) return
      bar.stop()
      out.write(`${line(out.columns)}\n`)
    },
  }
}

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
