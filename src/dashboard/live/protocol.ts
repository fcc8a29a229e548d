import type { Problem, StreamEvent } from '../../client/index.ts'
import type { Stretch } from './series.ts'

/** An event of a job's stream, without the points. */
export type LiveEvent = Omit<StreamEvent, 'history'>

/** What the API said to who asked for a stream; `problem` is `null` when it was not the API that spoke. */
export type StreamRefusal = { status: number; problem: Problem | null }

/** How it stands with a job's connection. */
export type Connection =
  /** Also when the service has ended the stream so that it is opened anew, as it does every half hour. */
  | { state: 'connecting' }
  | { state: 'live' }
  /** Lost, or with `refusal` not to be had for now; tried again at `atMs` (Unix ms). */
  | { state: 'reconnecting'; atMs: number; refusal?: StreamRefusal }
  /** The job is over, and everything has been received. */
  | { state: 'ended' }
  /** Closed because nobody has looked for long; goes on behind the last point when somebody does. */
  | { state: 'hidden' }
  /** As many streams are open as may be; this one's turn comes. */
  | { state: 'waiting' }
  /**
   * The API refuses: 404 when the job was deleted, 401 when the session has ended. 0: this page cannot follow streams
   * any more, most often because a newer version has been deployed.
   */
  | { state: 'refused'; status: number }

/** What a page tells the hub. */
export type ToHub =
  | { type: 'watch' | 'unwatch'; jobId: string }
  | { type: 'visible'; visible: boolean }
  /** Somebody has signed in, or the server is back: try again what was refused or waits. */
  | { type: 'retry' }
  | { type: 'leave' }

/** What the hub tells a page. Of each job first `reset`, then everything in order. */
export type FromHub =
  | { type: 'reset'; jobId: string }
  | { type: 'event'; jobId: string; event: LiveEvent; added: Stretch }
  | { type: 'connection'; jobId: string; connection: Connection }
