/** The bounds of the runner program, with their units. docs/PROTOCOL.md has those of the wire. */

/** Milliseconds between two looks at what the process has written and whether it lives. */
export const LOOK_MS = 200

/** Bytes read of one stream of output at a time: more stays in its file until the next look. */
export const READ_BYTES_MAX = 4 * 1024 * 1024

/** Bytes of a line: what is longer is shown in pieces, so that output without line breaks needs no memory. */
export const LINE_BYTES_MAX = 64 * 1024

/** Bytes of a line that the service keeps. */
export const SHOWN_LINE_BYTES_MAX = 4 * 1024

/** Points, and lines, in one report: the service takes 1,000, of which some are left for lines of the runner's own. */
export const REPORT_ITEMS_MAX = 990

/** Bytes of points and of lines in one report: together they stay well below the service's 1 MiB. */
export const REPORT_PART_BYTES_MAX = 400 * 1024

/** Bytes of points that wait: a point a second for two days. Beyond it the oldest are thinned. */
export const WAITING_POINT_BYTES_MAX = 16 * 1024 * 1024

/** Bytes of lines that wait: the service keeps the last 5 MiB of a job, so that older ones need not be sent. */
export const WAITING_LINE_BYTES_MAX = 5 * 1024 * 1024

/** Bytes of the journal of what waits, beyond which it is rewritten without what was taken. */
export const JOURNAL_BYTES_MAX = 4 * 1024 * 1024

/** Milliseconds that a request may take. */
export const REQUEST_MS_MAX = 30_000

/** Bytes of an answer that are read: those of the service are far smaller. */
export const ANSWER_BYTES_MAX = 4 * 1024 * 1024

/** Seconds that a claim may wait for a job. */
export const CLAIM_WAIT_S = 20

/** Maximum seconds between two repetitions of a request. */
export const AGAIN_S_MAX = 60

/** Answers 401 in a row after which a request is repeated once in AGAIN_S_MAX at most. */
export const REJECTIONS_IN_A_ROW = 10

/** Seconds between two reports, whatever the service asks for. */
export const REPORT_S_MIN = 0.5
export const REPORT_S_MAX = 60

/** Milliseconds after which a process is killed that was told to end because its attempt is over. */
export const OVER_GRACE_MS = 30_000

/** Milliseconds that a process has to end when the runner is told to end: machines are taken away within 30 s. */
export const RELEASE_GRACE_MS = 20_000

/** The same after Ctrl+C: somebody waits, and can press it again. */
export const INTERRUPTED_GRACE_MS = 60_000

/** Milliseconds for which a finish is repeated. */
export const FINISH_MS_MAX = 24 * 60 * 60_000

/** Milliseconds that what a process has left behind has to end, before it is killed. */
export const LEFT_BEHIND_MS = 5_000

/** Characters of an error message that the service takes. */
export const ERROR_MESSAGE_LENGTH_MAX = 2_000

/** Milliseconds between two readings of the machine. */
export const SYSTEM_METRICS_MS = 15_000

/** Milliseconds that nvidia-smi may take. */
export const GPU_QUERY_MS_MAX = 5_000

/** Milliseconds without a byte of a stream after which it is considered dead: three missed keep-alives. */
export const STREAM_SILENCE_MS_MAX = 45_000

/** Looks at the process for one at its checkpoints. */
export const LOOKS_PER_CHECKPOINT_LOOK = 5

/** Milliseconds until something is written again that a full disk has prevented. */
export const DISK_AGAIN_MS = 5_000

/** Bytes of a part of an upload. Larger files are sent in parts; each is held in memory while it is sent. */
export const PART_BYTES = 32 * 1024 * 1024

/** Milliseconds that a transfer of one part may take, over a slow line. */
export const TRANSFER_MS_MAX = 30 * 60_000

/** Milliseconds after which the lock of a runner on another machine, which shares the folder, counts as left behind. */
export const LOCK_STALE_MS = 60_000

/** Milliseconds between two signs of life in the lock. */
export const LOCK_TOUCH_MS = 10_000

/** Seconds of the longest wait that an answer can ask for. */
export const RETRY_AFTER_S_MAX = 600

/** Milliseconds that saying goodbye may take. */
export const LEAVING_MS_MAX = 2_000

/** Milliseconds after which a stream is opened again: the service ends each one after half an hour by itself. */
export const STREAM_MS_MAX = 60 * 60_000

/** Milliseconds for which a checkpoint must not have changed where it cannot be seen whether it was renamed. */
export const STILL_MS = 1_000

/** The same for Transformers' checkpoints, which are written in place. */
export const WRITTEN_IN_PLACE_STILL_MS = 5_000

/** Bytes from which on MLflow's client sends a file in parts: a Worker takes 100 MB at once on the smaller plans. */
export const MULTIPART_FROM_BYTES = 64 * 1024 * 1024
