/**
 * Cost budgets in the units that Cloudflare bills. The tests in worker/ enforce each figure as a bound.
 */

/** A job that runs by itself, from its creation to its version, whatever its length. */
export const UNOBSERVED_JOB = {
  /** The call that starts the object; its alarms count as requests, too. */
  objectCalls: 1,
  alarms: 3,
  /** Six events, the first row of the acknowledgements and four changes of it. */
  objectRowsWritten: 11,
  /** Each is billed as a row written. */
  alarmsSet: 3,
  d1RowsRead: 24,
  d1RowsWritten: 28,
}

/** Bytes of an object's database after a completed job, whatever its length. */
export const OBJECT_BYTES = 16_384

/** Bytes of D1 for a completed job of ten epochs and its version, indexes included. */
export const D1_BYTES_PER_JOB = 2_250

/** Rows that D1 reads for a GET, however many jobs there are. None is written. */
export const ROWS_READ = {
  /** Its own, and the one that says whether documents of the dataset were withdrawn since. */
  job: 2,
  /** A page of fifty, and the row that says whether there is another. */
  jobsPage: 51,
  /** The same, merged from the three model types, each looked up among the active versions. */
  modelsPage: 124,
  model: 2,
  /** The active version of one type, and the number of its activations. */
  activeVersion: 3,
  status: 8,
  statusTraining: 9,
  /** The cron looks for overdue and queued jobs, old keys, deleted jobs, runners that have gone, and files to be deleted. */
  sweep: 13,
}

/**
 * Rows that D1 reads and writes for a command, however many jobs exist and slots are held. When a slot becomes free, three
 * of the rows read are for the search for a queued job, which runs after the answer.
 */
export const COMMAND_ROWS = {
  create: { read: 6, written: 11 },
  refused: { read: 4, written: 0 },
  pause: { read: 4, written: 5 },
  resume: { read: 4, written: 7 },
  /** A resume with when_busy=queue that finds no slot. */
  queueResume: { read: 11, written: 9 },
  cancel: { read: 4, written: 3 },
  delete: { read: 5, written: 5 },
  /** Name, notes and tags of a job at rest. */
  edit: { read: 6, written: 7 },
  activate: { read: 5, written: 1 },
  /** With the search for its files, if it has none. */
  deleteModel: { read: 13, written: 4 },
  /** A creation with when_busy=queue that finds no slot. */
  enqueue: { read: 9, written: 7 },
}
export type Command = keyof typeof COMMAND_ROWS

/** Round trips to D1 before the answer to a command. */
export const COMMAND_TRIPS: Record<Command, number> = {
  create: 4,
  refused: 3,
  pause: 1,
  resume: 2,
  queueResume: 4,
  cancel: 1,
  delete: 2,
  edit: 3,
  activate: 1,
  deleteModel: 1,
  enqueue: 3,
}

/** Additional rows of D1 for a request with an API token. */
export const TOKEN_ROWS = {
  /** Looked up once per TOKEN_CACHED_MS and isolate; its use is recorded once an hour: read, looked up again, written. */
  first: { read: 2, written: 1 },
  next: { read: 0, written: 0 },
  /** Every CREDENTIAL_CHECK_MS the object checks that its watchers' tokens still exist: three rows per token. */
  watchedMinute: { read: 6, written: 0 },
}

/** Bytes of an event of a stream with `history=delta`, on average over a job of ten epochs watched from start to end. */
export const DELTA_EVENT_BYTES = 407

/**
 * What the words of a runner cost, however many points its job has: rows written and alarms set in the job's object; rows read and
 * written in D1, and round trips there before the answer.
 */
export const WORDS = {
  /**
   * Of a runner that has not asked before: it is noted as waiting, and again with its job. What the attempt is given to train on
   * is asked for, and noted in the job. Lists find the job by its runner.
   */
  claim: { objectRows: 2, alarmsSet: 2, read: 7, written: 10, trips: 6 },
  /** The first word. Whether the job exists is asked of D1 once per isolate. */
  confirmation: { objectRows: 2, alarmsSet: 2, read: 2, written: 4, trips: 2 },
  heartbeat: { objectRows: 0, alarmsSet: 0, read: 0, written: 0, trips: 0 },
  /** The job begins to train, and its object makes the tables of reports. */
  firstReport: { objectRows: 10, alarmsSet: 2, read: 1, written: 4, trips: 1 },
  /** Of 1 or of 1,000 points. */
  report: { objectRows: 1, alarmsSet: 0, read: 0, written: 0, trips: 0 },
  reportWithOutput: { objectRows: 2, alarmsSet: 0, read: 0, written: 0, trips: 0 },
  /** The alarm once a minute: something was reported since the last one, or nothing. */
  check: { objectRows: 0, alarmsSet: 1, read: 1, written: 2, trips: 1 },
  idleCheck: { objectRows: 0, alarmsSet: 1, read: 0, written: 0, trips: 0 },
  /** A failure. A completion also registers its version. One of the alarms is to merge small reports. */
  finish: { objectRows: 3, alarmsSet: 2, read: 5, written: 4, trips: 2 },
}
export type Word = keyof typeof WORDS

/** An hour of a live attempt that is only heard; D1 is asked nothing, but told once what was reported before. */
export const LIVE_HOUR = { alarms: 59, alarmsSet: 59, objectRows: 0, read: 1, written: 2, trips: 1 }

/** A day of a runner that waits for a job, and how often a hundred of them ask D1 in a second. */
export const IDLE_RUNNER = {
  /** With its authentication. */
  read: 25_000,
  /** That it still waits. That its token was used is written as for any other (`TOKEN_ROWS`). */
  written: 150,
  perSecond: 25,
}

/** Rows of D1 for a change of a document, however many documents, jobs and versions there are. */
export const DATASET_ROWS = {
  add: { read: 13, written: 9 },
  repeat: { read: 8, written: 0 },
  rename: { read: 14, written: 10 },
  withdraw: { read: 19, written: 17 },
  approve: { read: 20, written: 13 },
  remove: { read: 8, written: 12 },
}

/** Rows of D1 for a download beside its documents: of the job, the totals and the digest. */
export const DATASET_DOWNLOAD_ROWS = { computed: 5, stored: 5 }

/**
 * What requests of MLflow's client cost, in the units of `WORDS`, once the isolate knows the job and its tables are there,
 * however many points it has. Sent again, a log call writes nothing.
 */
export const LOG_CALLS = {
  logMetric: { objectRows: 1, alarmsSet: 0, read: 0, written: 0, trips: 0 },
  /** Of 1,000 values at 250 steps. */
  logBatch: { objectRows: 1, alarmsSet: 0, read: 0, written: 0, trips: 0 },
  repeated: { objectRows: 0, alarmsSet: 0, read: 0, written: 0, trips: 0 },
  /** Of a hundred parameters: their rows, those of their index, and the one that counts them. */
  parameters: { objectRows: 201, alarmsSet: 0, read: 0, written: 0, trips: 0 },
  getRun: { objectRows: 0, alarmsSet: 0, read: 0, written: 0, trips: 0 },
  getHistory: { objectRows: 0, alarmsSet: 0, read: 0, written: 0, trips: 0 },
}
