import type { Problem, StreamEvent } from '../../client/index.ts'
import type { Stretch } from './series.ts'

/** An event of a job's stream, without the points. */
export type LiveEvent = Omit<StreamEvent, 'history'>

/** The refusal of a stream; `problem` is `null` if the response was not the API's. */
export type StreamRefusal = { status: number; problem: Problem | null }

/** The state of a job's connection. */
export type Connection =
  /** Also after the service has ended the stream as planned, every half hour. */
  | { state: 'connecting' }
  | { state: 'live' }
  /** Lost, or with `refusal` temporarily refused; retried at `atMs` (Unix ms). */
  | { state: 'reconnecting'; atMs: number; refusal?: StreamRefusal }
  /** The job has ended, and everything has been received. */
  | { state: 'ended' }
  /** Closed while no tab was visible for long; resumes after the last point. */
  | { state: 'hidden' }
  /** The limit of streams is reached; this one waits for its turn. */
  | { state: 'waiting' }
  /**
   * Refused: 404 when the job was deleted, 401 when the session has ended. 0: this page can no longer read streams,
   * most likely because a newer version was deployed.
   */
  | { state: 'refused'; status: number }

/** Messages from a page to the hub. */
export type ToHub =
  | { type: 'watch' | 'unwatch'; jobId: string }
  | { type: 'visible'; visible: boolean }
  /** A user has signed in, or the server is reachable again: retry refused and waiting streams. */
  | { type: 'retry' }
  | { type: 'leave' }

/**
 * Messages from the hub to a page. For each job first `reset`, then everything in order. Of a long curve (not `isWhole`) that
 * begins with points that the service has thinned, and only the metrics of a point's fields.
 */
export type FromHub =
  | { type: 'reset'; jobId: string; isWhole: boolean }
  | { type: 'event'; jobId: string; event: LiveEvent; added: Stretch }
  | { type: 'connection'; jobId: string; connection: Connection }
