/** Every bound of the dashboard, with its unit and its reason. */

/** Live streams of a browser at most: over HTTP/1.1 it opens six connections to a host, and two must stay for requests. */
export const STREAMS_MAX = 4

/** Jobs whose points are kept after nobody watches them any more: a job has up to half a megabyte of them. */
export const LIVE_JOBS_KEPT_MAX = 8

/** Milliseconds a stream stays open after its last watcher has left: a change of page must not close and reopen it. */
export const STREAM_LINGER_MS = 5_000

/** Milliseconds without a visible tab after which streams are closed: long enough for a look elsewhere. */
export const HIDDEN_MAX_MS = 5 * 60_000

/** Points that the columns of a job hold room for at first; they double. Most jobs have more than 100. */
export const COLUMN_CAPACITY_MIN = 256

/** Milliseconds between two looks at a resource while its page is visible … */
export const REVALIDATE_MIN_MS = 2_000

/** … and what a page gets that asks for none in particular: counts and lists change with jobs, which take minutes. */
export const REVALIDATE_DEFAULT_MS = 15_000

/** Resources kept in memory after their page is left, for the way back. */
export const RESOURCES_KEPT_MAX = 40

/** Milliseconds until a server that could not be reached is asked again; doubled with each failure … */
export const PROBE_MS = 1_000

/** … up to this many, which is also how long it may take to answer: some networks swallow what is sent. */
export const PROBE_MAX_MS = 30_000

/** Milliseconds until a service that did not say who is signed in is asked again; doubled with each failure … */
export const SESSION_RETRY_MS = 2_000

/** … up to this many: a role that somebody is given counts within a minute. */
export const SESSION_RETRY_MAX_MS = 60_000

/** Milliseconds between two reloads for Cloudflare Access to sign in: its shortest session is longer, a loop is not. */
export const ACCESS_RELOAD_MIN_MS = 10 * 60_000

/** Milliseconds before a session ends from which on that is told: enough to finish a form, or to fetch a token. */
export const SESSION_ENDING_MS = 5 * 60_000

/** Milliseconds between two looks at how long a session goes on: its end is told to the minute. */
export const SESSION_LOOK_MS = 15_000

/** Milliseconds a toast stays: some twelve words at a slow reader's pace. Refusals stay until they are dismissed. */
export const TOAST_MS = 6_000

/** Toasts at a time: more would cover the page. */
export const TOASTS_MAX = 3

/** Milliseconds between two announcements of progress to a screen reader. */
export const ANNOUNCE_MS = 30_000

/** Parts of a training after each of which a screen reader is told how far it is: more would be chatter. */
export const ANNOUNCED_PARTS = 4

/** Pages of a job's log that are read at most: 1,000 pauses and resumes are all that the API allows, 200 events a page. */
export const EVENT_PAGES_MAX = 11

/** Events of a log that are listed, the newest: more are not read by people. */
export const EVENTS_SHOWN = 100

/** Pages of model versions in which the one of a job is looked for, of 200 each: versions are newest first. */
export const VERSION_PAGES_MAX = 5

/** Jobs the overview shows as tracks: more are a table, and that is the page of jobs. */
export const TRACKS_MAX = 12

/** Rows of a chart's summary table for screen readers: more are not listened to; the CSV has all. */
export const CHART_SUMMARY_ROWS = 12

/** Points of a curve that stay in view however far it is zoomed into: of fewer there is no curve to be seen. */
export const CHART_POINTS_MIN = 5

/** Bytes of a file of documents: some 60,000 lines of the usual length, read in a second on a small laptop. */
export const UPLOAD_FILE_BYTES_MAX = 20 * 1024 * 1024

/** Documents of one file: a hundred requests, a few minutes. Every regulation there is would fit several times. */
export const UPLOAD_ROWS_MAX = 50_000

/**
 * Line breaks of a CSV file, those within cells and of blank rows that spreadsheets leave behind included: so many are
 * parsed within a second, and 20 MiB of nothing else would take gigabytes.
 */
export const UPLOAD_LINES_MAX = 500_000

/** Characters of a CSV file in which its header ends, by which the delimiter is found. */
export const UPLOAD_HEADER_LENGTH_MAX = 64 * 1024

/** Columns of a file that are looked at: a document has seven fields, and a wide spreadsheet some dozens. */
export const UPLOAD_COLUMNS_MAX = 100

/** Documents in one request of an upload: the API takes more, but so the bar moves, and little is sent again. */
export const UPLOAD_BATCH_DOCUMENTS_MAX = 500

/** Bytes of an upload's body that are left free of what the API takes: for what stands around the documents. */
export const UPLOAD_BODY_BYTES_SPARE = 1024

/** Milliseconds an upload waits for an answer, before it takes the connection for lost and sends the same again. */
export const UPLOAD_ANSWER_MAX_MS = 60_000

/** Times in a row that the API may say "not now" to an upload, before somebody is asked whether to go on. */
export const UPLOAD_TRIES_MAX = 5

/** Milliseconds of the first wait after a "not now" that does not say how long; doubled with each. */
export const UPLOAD_RETRY_MS = 2_000

/** Rows of a file that its preview shows: enough to see whether it was understood. The faulty ones can be downloaded. */
export const PREVIEW_ROWS_MAX = 50

/** Milliseconds between two looks at the clock while a batch of images runs: whole seconds are shown. */
export const CLOCK_TICK_MS = 500

/** Jobs on a page of the list: two screens of a table, looked at each 2 s while one of them moves. */
export const JOBS_PAGE = 25

/** Jobs that are compared at most: there are so many colours of curves that can be told apart. */
export const COMPARED_JOBS_MAX = 5

/** API tokens on a page of the list: one screen. */
export const TOKENS_PAGE = 25

/** Documents on a page of the list: two screens. */
export const DOCUMENTS_PAGE = 25

/** Values a small curve is drawn of: one for each of its pixels would not be seen. */
export const SPARKLINE_POINTS = 60

/** Milliseconds between two looks for jobs that have begun or ended: the running ones are watched live anyhow. */
export const ACTIVE_JOBS_MS = 4_000

/** Milliseconds between two looks at a job whose stream does not tell how it stands: its page says "every few seconds". */
export const UNWATCHED_JOB_MS = 4_000

/** Finished jobs that the overview lists … */
export const RECENT_JOBS = 5

/** … out of so many that were created last: a long job ends after some that began later. */
export const RECENT_JOBS_READ = 20

/** Waiting or paused jobs that the overview lists of each; the page of jobs has all. */
export const SIDING_JOBS = 6

/** Versions on a page of a type's list: with three types on the page, each still in sight of the next. */
export const VERSIONS_PAGE = 8

/** Jobs that a comparison takes at least: one has nothing to be compared with. */
export const COMPARED_JOBS_MIN = 2

/** Jobs that are searched by name for a comparison: the newest ones, in one answer of a few hundred KiB. */
export const COMPARED_JOBS_SEARCHED = 100

/** Jobs that a search shows: more are not looked through, but searched on. */
export const COMPARED_JOBS_FOUND_MAX = 20

/** Jobs that are offered while too few are compared: a screen of a phone. */
export const COMPARED_JOBS_OFFERED = 6

/** Milliseconds between two looks at compared jobs that are not over: their curves are live anyhow. */
export const COMPARED_JOBS_MS = 5_000

/** Milliseconds until the points of a job without a stream are asked for: one that is opened at once waits a moment too. */
export const COMPARED_CURVE_SOON_MS = 100

/** Milliseconds between two drawings of compared curves: five jobs move twice a second each. */
export const COMPARED_CURVES_MS = 500

/** Points of each job that lend their place to the x axis of overlaid curves: one for each pixel of a wide screen. */
export const OVERLAY_POINTS_MAX = 2_000

/** Times the usual time between two points after which a point is taken for the first after a pause … */
export const PAUSE_TIMES_USUAL = 3

/** … and the milliseconds that it must be at least: points of fast steps come unevenly. */
export const PAUSE_MIN_MS = 1_000

/** Times between points that are looked at to learn what is usual: the median of so many is steady. */
export const PAUSE_SAMPLES = 99

/** Characters of a form that are kept over a reload: the longest job is under 1,000, twice (form and request sent). */
export const DRAFT_CHARS_MAX = 16_384

/** Milliseconds after the first page at which the others are fetched: what it asks for itself goes first. */
export const PRELOAD_AFTER_MS = 3_000
