/** Every bound of the dashboard, with its unit and its reason. */

/** Live streams of a browser: over HTTP/1.1 it opens six connections to a host, and two are left for requests. */
export const STREAMS_MAX = 4

/** Jobs whose points are kept without watchers: a job has up to LIVE_NUMBERS_MAX, two megabytes, of them. */
export const LIVE_JOBS_KEPT_MAX = 8

/** Points of a job that a page holds and draws, as many as the longest simulated one has; of more, a thinned curve … */
export const LIVE_POINTS_MAX = 10_000

/** … and numbers in their columns: 20 metrics twice a second fill them in 24 minutes. */
export const LIVE_NUMBERS_MAX = 250_000

/** Points that such a thinned curve begins with: one or more for each pixel of a wide screen. */
export const LIVE_THINNED_POINTS = 2_000

/** Metrics whose extremes it keeps, where a job has none that fields show: with more, each would have few. */
export const LIVE_THINNED_METRICS = 10

/** Milliseconds until it is asked for again, when the service could not answer. */
export const LIVE_THINNED_RETRY_MS = 2_000

/** Milliseconds a stream stays open after its last watcher has left: a change of page must not reopen it. */
export const STREAM_LINGER_MS = 5_000

/** Milliseconds without a visible tab after which streams are closed: long enough for a look elsewhere. */
export const HIDDEN_MAX_MS = 5 * 60_000

/** Initial capacity of a job's columns, in points; doubled when full. A job may have 2,000 metrics. */
export const COLUMN_CAPACITY_MIN = 32

/** Milliseconds between two reads of a resource while its page is visible … */
export const REVALIDATE_MIN_MS = 2_000

/** … and the default: counts and lists change with jobs, which take minutes. */
export const REVALIDATE_DEFAULT_MS = 15_000

/** Resources kept in memory after their page is left, for the way back. */
export const RESOURCES_KEPT_MAX = 40

/** Milliseconds until an unreachable server is probed again; doubled with each failure … */
export const PROBE_MS = 1_000

/** … up to this many, which is also the timeout of a probe: some networks drop packets silently. */
export const PROBE_MAX_MS = 30_000

/** Milliseconds until an unclear session is read again; doubled with each failure … */
export const SESSION_RETRY_MS = 2_000

/** … up to this many: a new role takes effect within a minute. */
export const SESSION_RETRY_MAX_MS = 60_000

/** Milliseconds between two reloads for Cloudflare Access: shorter than its shortest session, and no reload loop. */
export const ACCESS_RELOAD_MIN_MS = 10 * 60_000

/**
 * Milliseconds before the end of a session at which a warning appears: enough to finish a form, or to fetch a token.
 */
export const SESSION_ENDING_MS = 5 * 60_000

/** Milliseconds between two updates of a session's remaining time, which is shown to the minute. */
export const SESSION_LOOK_MS = 15_000

/** Milliseconds a toast stays: some twelve words at a slow reader's pace. Refusals stay until they are dismissed. */
export const TOAST_MS = 6_000

/** Milliseconds between the two keys of a shortcut: a slow typist's pace, and soon forgotten. */
export const SHORTCUT_PAUSE_MS = 1_500

/** Milliseconds to wait for the search of a page that is being loaded. */
export const SEARCH_WAIT_MS = 5_000

/** Milliseconds a button says that it has copied something. */
export const COPIED_MS = 2_000

/** Toasts at a time: more would cover the page. */
export const TOASTS_MAX = 3

/** Milliseconds between two announcements of progress to a screen reader. */
export const ANNOUNCE_MS = 30_000

/** Parts of a training that are announced to screen readers: more would be noise. */
export const ANNOUNCED_PARTS = 4

/** Pages of a job's log that are read: the API allows 1,000 pauses and resumes, 200 events a page. */
export const EVENT_PAGES_MAX = 11

/** Newest events of a log that are shown: nobody reads more. */
export const EVENTS_SHOWN = 100

/** Pages of model versions, of 200 each, in which the version of a job is searched; newest first. */
export const VERSION_PAGES_MAX = 5

/** Pages of jobs that hold a slot or wait for one, of 200 each: one but for hundreds of runs of scripts that go on at a time. */
export const MOVING_PAGES_MAX = 5

/** Jobs that the overview shows as tracks: for more there is the list of jobs. */
export const TRACKS_MAX = 12

/** Rows of a chart's table for screen readers: nobody listens to more, and the CSV has all. */
export const CHART_SUMMARY_ROWS = 12

/** Points of a curve that stay in view at maximum zoom: fewer are no curve. */
export const CHART_POINTS_MIN = 5

/** Milliseconds until the address follows a zoom or a slider: Safari refuses the 101st change within 30 s. */
export const CHART_ADDRESS_MS = 400

/** Points of a metric that a chart asks for: the lowest and the highest value for each pixel of a wide one. */
export const CURVE_POINTS = 2_000

/** Milliseconds after the last change of the view until its part of a curve is asked for: not during a gesture. */
export const CURVE_ASKED_AFTER_MS = 150

/** How much more than the view is asked for, on each side: to move a little needs no request. */
export const CURVE_MARGIN = 0.5

/** Milliseconds between two reads of a metric that no stream brings: the runner measures its machine every 15 s. */
export const CURVE_POLLED_MS = 15_000

/** Pinned metrics, and hidden ones, that a browser keeps: more is no choice. */
export const METRIC_CHOICES_MAX = 200

/** Charts of a group that are there from the beginning; the others when somebody wants them. */
export const METRICS_OF_GROUP_SHOWN = 60

/** Milliseconds of a frame in which charts are drawn: half of one at 60 a second, at least one chart. */
export const CHART_DRAW_MS = 8

/** Weight of what came before in a smoothed curve: at 1 it would be a line. TensorBoard's slider ends here too. */
export const SMOOTHING_MAX = 0.99

/** Bytes of a file of documents: some 60,000 lines of the usual length, read in a second on a small laptop. */
export const UPLOAD_FILE_BYTES_MAX = 20 * 1024 * 1024

/** Documents of one file: a hundred requests, a few minutes. Every regulation there is would fit several times. */
export const UPLOAD_ROWS_MAX = 50_000

/**
 * Line breaks of a CSV file, including those within cells and of blank trailing rows: so many are parsed within a
 * second, and 20 MiB of them would take gigabytes.
 */
export const UPLOAD_LINES_MAX = 500_000

/** Characters of a CSV file in which its header must end, used to detect the delimiter. */
export const UPLOAD_HEADER_LENGTH_MAX = 64 * 1024

/** Columns of a file that are considered: a document has seven fields, a wide spreadsheet some dozens. */
export const UPLOAD_COLUMNS_MAX = 100

/** Documents in one request of an upload: the API accepts more, but smaller steps move the bar and repeat little. */
export const UPLOAD_BATCH_DOCUMENTS_MAX = 500

/** Bytes of an upload's body reserved for the JSON around the documents. */
export const UPLOAD_BODY_BYTES_SPARE = 1024

/** Milliseconds an upload waits for a response before it assumes a lost connection and repeats the request. */
export const UPLOAD_ANSWER_MAX_MS = 60_000

/** Consecutive temporary refusals of an upload before the user is asked whether to go on. */
export const UPLOAD_TRIES_MAX = 5

/** Milliseconds until the first retry of an upload if the API does not say; doubled with each. */
export const UPLOAD_RETRY_MS = 2_000

/** Rows in the preview of a file: enough to see whether it was read correctly. Invalid rows can be downloaded. */
export const PREVIEW_ROWS_MAX = 50

/** Milliseconds between two updates of the clock of a batch, which shows whole seconds. */
export const CLOCK_TICK_MS = 500

/** Jobs on a page of the list: two screens, revalidated every 2 s while a job changes. */
export const JOBS_PAGE = 25

/** Jobs in a comparison: as many as there are colours and dashes that can be told apart. */
export const COMPARED_JOBS_MAX = 10

/** Attempts at a compared job that have curves of their own, the last ones: more would cover each other. */
export const COMPARED_ATTEMPTS_MAX = 5

/** API tokens on a page of the list: one screen. */
export const TOKENS_PAGE = 25

/** Documents on a page of the list: two screens. */
export const DOCUMENTS_PAGE = 25

/** Values of a sparkline: more than its pixels would be invisible. */
export const SPARKLINE_POINTS = 60

/** Milliseconds between two reads of active jobs: running ones are watched live anyway. */
export const ACTIVE_JOBS_MS = 4_000

/** Milliseconds between two reads of a job without a live stream: its page says "every few seconds". */
export const UNWATCHED_JOB_MS = 4_000

/** Finished jobs that the overview lists … */
export const RECENT_JOBS = 5

/** … of the last created ones: a long job may end after later ones. */
export const RECENT_JOBS_READ = 20

/** Queued and paused jobs in the overview, each: the list of jobs has all. */
export const QUEUE_PANEL_JOBS = 6

/** Versions on a page of a type's list: with three types on the page, each still in sight of the next. */
export const VERSIONS_PAGE = 8

/** Jobs that a comparison needs at least. */
export const COMPARED_JOBS_MIN = 2

/** Results of a search for a job to compare: with more, the search is refined. */
export const COMPARED_JOBS_FOUND_MAX = 20

/** Jobs offered while too few are compared: a screen of a phone. */
export const COMPARED_JOBS_OFFERED = 6

/** Milliseconds between two reads of compared jobs that have not ended: their curves are live anyway. */
export const COMPARED_JOBS_MS = 5_000

/** Milliseconds until a job without a stream is polled: one that opens at once also waits a moment. */
export const COMPARED_CURVE_SOON_MS = 100

/** Milliseconds between two redraws of compared curves: ten jobs change twice a second each. */
export const COMPARED_CURVES_MS = 500

/** Points of each job that add their x to overlaid curves: one for each pixel of a wide screen. */
export const OVERLAY_POINTS_MAX = 2_000

/** Multiple of the usual time between two points beyond which there was a pause … */
export const PAUSE_TIMES_USUAL = 3

/** … and the minimum in milliseconds: points of fast steps come unevenly. */
export const PAUSE_MIN_MS = 1_000

/** Sampled times between points, to find the usual one: the median of so many is stable. */
export const PAUSE_SAMPLES = 99

/** Characters of a form that are kept over a reload: a request has up to 64 KiB, twice (form and request). */
export const DRAFT_CHARS_MAX = 160_000

/** Milliseconds after the first page at which the others are fetched, to leave it the bandwidth. */
export const PRELOAD_AFTER_MS = 3_000

/** Milliseconds after the last key until a search begins: a pause in typing. */
export const SEARCH_DELAY_MS = 300

/** Characters of a search: those of the longest name. */
export const SEARCH_LENGTH_MAX = 200

/** Jobs that can be chosen at a time: their ids stand in the address, which browsers and proxies take up to 2 KB. */
export const CHOSEN_JOBS_MAX = 40

/** How far outside the window something is mounted already: about as far as a turn of a mouse wheel scrolls. */
export const IN_VIEW_MARGIN_PX = 300

/** Bytes of a text file that are shown: some thousand lines; more would be searched elsewhere. */
export const PREVIEW_TEXT_BYTES_MAX = 256_000

/** Bytes of an image that is shown: a photo. Its pixels may take twenty times as much memory. */
export const PREVIEW_IMAGE_BYTES_MAX = 10_000_000

/** Bytes of HTML or SVG that is shown: they stand in an attribute of the page. */
export const PREVIEW_MARKUP_BYTES_MAX = 2_000_000

/** Files of a folder that are shown at first: a few screens. */
export const FILES_SHOWN_MAX = 100

/** Files of a list up to which all of its folders are open at first: a screen. */
export const FILES_OPENED_MAX = 20

/** Requests for lines of output at a time: two connections of the six that HTTP/1.1 has are left for what somebody clicks. */
export const OUTPUT_REQUESTS_MAX = 2

/** Rows of output above and below those in view that are in the page: a turn of the wheel scrolls five. */
export const OUTPUT_ROWS_SPARE = 10

/** Milliseconds without scrolling after which lines in view are read: a drag across all of them reads none on its way. */
export const OUTPUT_SETTLED_MS = 80

/** Milliseconds between two searches of the output, while somebody types or lines come: in 5 MiB one takes a few frames. */
export const OUTPUT_SEARCH_MS = 150

/**
 * Milliseconds after which a runner without a job that was last noted down no longer asks for one: the service notes every
 * ten minutes that it does, and its requests come up to a minute apart.
 */
export const RUNNER_UNHEARD_MS = 12 * 60_000

/** Milliseconds between two reads of the runners while somebody waits for one that they have just started. */
export const RUNNERS_SOON_MS = 2_000

/** Characters of a command that trains: those of a line that somebody types. */
export const TRAINING_COMMAND_LENGTH_MAX = 1_000

/** Completed jobs among which the form for a job looks for a simulated one, to estimate by it how long another takes. */
export const SPEED_JOBS_READ = 10

/** Jobs that are offered to start from: more are searched for. */
export const RESUMABLE_JOBS_OFFERED = 6

/** Runners that the form for a job names: the page of runners has all. */
export const RUNNERS_NAMED_MAX = 5

/** Bytes of a request for a job beside its parameters: a name of 200 characters in JSON, and some twenty settings. */
export const REST_OF_REQUEST_BYTES = 4 * 1024

/** Columns that somebody can choose for a table of jobs: more than any screen shows, and a cell each in every row. */
export const COLUMNS_MAX = 20

/** Columns of one kind that are offered at a time: of more, a job may have thousands of metrics, one is searched. */
export const COLUMNS_OFFERED_MAX = 60

/** Attempts at a job that its page shows, the newest: most jobs have one to five. */
export const ATTEMPTS_SHOWN = 20

/** The height that the list of attempts keeps before somebody sees it: that of one. */
export const ATTEMPTS_PANEL_PX = 180
/** Axes of parallel coordinates until somebody chooses: with the result, as many as a laptop shows side by side. */
export const PARALLEL_COLUMNS_USUAL = 6

/** Ratio of the highest to the lowest value from which an axis is logarithmic: on a linear one, most values would coincide. */
export const PARALLEL_LOG_FROM = 100

/** Jobs of which a person is notified in one browser: each is read so often. */
export const WATCHED_JOBS_MAX = 10

/** Milliseconds between two reads of watched jobs: a notification may be half a minute late. */
export const WATCHED_JOBS_MS = 30_000
