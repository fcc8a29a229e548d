/** Every limit of the control plane, with its unit and its reason. */

/** Body of an ordinary request. The largest valid job is under 4 KiB; the rest is room for unknown fields. */
export const BODY_BYTES_MAX = 64 * 1024

/** Body of a dataset upload: 1,000 documents of about 2 KB each. */
export const DATASET_BODY_BYTES_MAX = 2 * 1024 * 1024

/** Default rows of a page: one screen of a table. */
export const PAGE_DEFAULT = 50

/** Maximum rows of a page: keeps an answer of full jobs under 1 MiB. */
export const PAGE_MAX = 200

/**
 * Jobs that one page of a search, or of a list sorted by name and filtered, looks at: twenty pages of the default size, in a
 * few milliseconds. A page of which more would have to be looked at ends there, and has a next one.
 */
export const SEARCHED_ROWS_MAX = 1_000

/** Characters (code points) in a row of the search index: what is shorter is looked for in the names themselves. */
export const SEARCH_TERM_LENGTH_MIN = 3

/** Characters of an id's beginning by which a job is found: of a million jobs some fifteen share four. */
export const JOB_ID_PREFIX_LENGTH_MIN = 4

/** Jobs found by the beginning of their id: more share one only where ids are not random. */
export const JOBS_BY_ID_MAX = 100

/** Characters (code points) of a folded name by which jobs are found and sorted; folding makes some names longer. */
export const SEARCH_NAME_LENGTH_MAX = 250

/** Characters of a cursor of jobs, which holds a folded name where the list is sorted by it: 250 characters of 12 in base64. */
export const JOB_CURSOR_LENGTH_MAX = 4_096

/** Characters of the actor that a list is filtered by: the longest email address has 254, after its kind. */
export const ACTOR_LENGTH_MAX = 320

/** Combining marks on one character of a name: Thai and Hebrew use three, Vietnamese composes; more cover other lines. */
export const NAME_MARKS_MAX = 4

/** Characters (code points) of a job's name: a line in a table. */
export const NAME_LENGTH_MAX = 200

/** Bundesländer in a request, before duplicates are removed: each of the 16 in all three spellings. */
export const BUNDESLAENDER_INPUT_MAX = 48

/** Characters of a page's cursor: the longest one that the service creates is a document id of 128 in base64. */
export const PAGE_CURSOR_LENGTH_MAX = 256

/** Characters of a stream's cursor: two numbers. */
export const STREAM_CURSOR_LENGTH_MAX = 64

/**
 * Pauses of one job, including those that take it out of the queue. Each is two rows in the job's event log with its
 * resume, three if that waits in the queue. The log is replayed when the object wakes: 3,000 rows take a few milliseconds.
 */
export const PAUSES_MAX = 1_000

/** Edits of one job: each is a row of its log with up to 8 KB of notes, and all are replayed when its object wakes. */
export const EDITS_MAX = 200

/** Edits of a job before it starts: until then the register's row holds them, for the log that it will have. */
export const EDITS_BEFORE_START_MAX = 20

/** Characters (code points) of a job's notes: a page of text. */
export const NOTES_LENGTH_MAX = 2_000

/** Tags of one job: more than fit into a line say nothing. */
export const TAGS_MAX = 20

/** Characters (code points) of a tag: a word or two. */
export const TAG_LENGTH_MAX = 40

/** Losses in a job's representation and points in a window event, as in the reference. */
export const HISTORY_WINDOW_POINTS = 50

/** Points in one delta event: those of a simulated job take less than FRAME_BYTES_MAX. */
export const FRAME_POINTS_MAX = 500

/** Values of recorded points for one delta event, in more bytes than FRAME_BYTES_MAX unless all are very short. */
export const FRAME_VALUES_MAX = 4_000

/** Bytes of one event of a stream: with more, it has fewer points. A single point may have more: as many as in a report. */
export const FRAME_BYTES_MAX = 64 * 1024

/** Milliseconds between two updates of a stream while training, as in the reference. */
export const REPAINT_MS = 500

/** Milliseconds between two checks of the streams while a job makes no progress: finds stalled, old and silent ones. */
export const IDLE_TICK_MS = 5_000

/** Milliseconds of silence after which a comment is sent: proxies commonly cut idle connections after 30–60 s. */
export const KEEP_ALIVE_MS = 15_000

/** Milliseconds an `EventSource` waits before it reconnects. */
export const STREAM_RETRY_MS = 2_000

/** Milliseconds after which a stream is ended, so that clients reconnect to a new deployment. */
export const STREAM_AGE_MAX_MS = 30 * 60_000

/** Share of STREAM_AGE_MAX_MS by which a stream's age varies, so that not all reconnect at once. */
export const STREAM_AGE_JITTER = 0.1

/**
 * Bytes queued for one watcher: some ten window events, or one full delta event. Bounds memory per watcher. A larger event,
 * of one point with thousands of metrics, is queued alone.
 */
export const WATCHER_QUEUE_BYTES_MAX = FRAME_BYTES_MAX

/** Bytes of a watcher in addition to its queue: 15.5 KiB of an isolate's heap, measured in workerd with 400 quiet streams. */
export const WATCHER_BYTES = 16 * 1024

/** Bytes of an isolate's memory: the platform ends an isolate that exceeds it, with every object in it. */
export const ISOLATE_BYTES_MAX = 128_000_000

/** Share of an isolate's memory for the watchers of a job: the rest is for code, the job's log and D1's answers. */
export const WATCHERS_MEMORY_SHARE = 0.75

/**
 * The highest setting of watchers per job: 1,171, which fit into an isolate even if none of them reads. It does not
 * cover several watched jobs whose objects share an isolate.
 */
export const WATCHERS_PER_JOB_MAX = Math.floor(
  (ISOLATE_BYTES_MAX * WATCHERS_MEMORY_SHARE) / (WATCHER_QUEUE_BYTES_MAX + WATCHER_BYTES),
)

/** The highest setting of streams per credential and job: no limit in effect, since a job has fewer watchers. */
export const STREAMS_PER_CREDENTIAL_MAX = 10_000

/** The highest setting of slots: a sweep after an outage wakes so many objects within seconds. */
export const ACTIVE_JOBS_MAX = 100

/** The lowest setting of the simulation's speed: a step then takes 50 s, and the longest job six days. */
export const SIMULATION_SPEED_MIN = 0.01

/** The highest setting of the simulation's speed: a step then takes half a millisecond, and the clock has whole ones. */
export const SIMULATION_SPEED_MAX = 1_000

/** Milliseconds a watcher may leave its queue full before it is dropped. */
export const WATCHER_STALL_MAX_MS = 30_000

/** Seconds after which a client that was rejected for lack of capacity may try again. */
export const RETRY_AFTER_S = 5

/** Milliseconds past a wake deadline after which the sweeper considers it missed; also the deadline of a new slot. */
export const WAKE_GRACE_MS = 60_000

/**
 * Milliseconds by which the wall clock may go back without a pending wake deadline of a paused job looking like its daily
 * one, which is at least this far ahead for most of the day. An hour.
 */
export const CLOCK_SETBACK_MAX_MS = 60 * 60_000

/** Milliseconds for which a deleted job's object remembers that it was: a restored D1 may still have its row. A week. */
export const TOMBSTONE_MS = 7 * 24 * 60 * 60_000

/** Milliseconds until a failed alarm is tried again: what fails at once would otherwise cost an alarm each time. */
export const ALARM_RETRY_MS = 10_000

/** Milliseconds by which an alarm must be overdue before a waking object considers it lost and sets it again. */
export const ALARM_LOST_MS = 60_000

/** Overdue jobs the sweeper reads at a time. */
export const SWEEP_PAGE_JOBS = 100

/** Milliseconds after which a sweep starts no further page: the next sweep starts a minute after this one. */
export const SWEEP_MS = 45_000

/** Objects called concurrently: a Worker has six connections, and further calls wait for one without harm. */
export const OBJECTS_ASKED_AT_ONCE = 20

/** Milliseconds another job's object may take to answer: it needs one, and a few more if it queries D1. */
export const OBJECT_ANSWER_MS = 10_000

/** Milliseconds between checks of a paused job's register row by its object: a day. */
export const PAUSED_CHECK_MS = 24 * 60 * 60_000

/** Jobs at a time, finished ones included: a completed one and its version take 2.1 KB of D1's 10 GB. */
export const JOBS_MAX = 1_000_000

/** Model versions at a time, which outlive their jobs: beyond it no job is created, since each ends in one more. */
export const VERSIONS_MAX = 1_000_000

/** Attempts at a completion that the register rejects: with the growing delays between them, about five minutes. */
export const COMPLETION_TRIES_MAX = 10

/** Jobs, or objects, per call of the reconciliation: each costs a request to its object and a row. */
export const RECONCILE_PAGE_MAX = 100

/** Milliseconds until a failed write to D1 is retried; doubled with each failure. */
export const SINK_RETRY_MS = 1_000

/** Maximum milliseconds until a failed write to D1 is retried. */
export const SINK_RETRY_MAX_MS = 60_000

/** Milliseconds a sink may take to answer: D1 allows a statement 30 s. The revision guards against later writes. */
export const SINK_ANSWER_MS = 35_000

/** Images in one OCR batch, as in the reference. */
export const OCR_IMAGES_MAX = 100

/** Milliseconds an OCR stream may be resumed after its start: far longer than the slowest batch. */
export const OCR_RESUME_MAX_MS = 24 * 60 * 60_000

/** Documents in one upload: one D1 transaction, well within its time limit. */
export const DOCUMENTS_PER_UPLOAD_MAX = 1_000

/**
 * Documents in the dataset. The largest take 5.4 KB of D1 with their indexes (measured), so 500,000 take 2.7 GB: a
 * quarter of the database, which jobs and tokens share, and a hundred times what sixteen Länder have in force.
 */
export const DOCUMENTS_MAX = 500_000

/**
 * Documents that a page of a job's dataset reads: at most 6 MB of text, and the largest dataset in 250 of the 1,000 queries
 * that an invocation may send.
 */
export const DATASET_PAGE_DOCUMENTS = 2_000

/**
 * Documents that have lost their permission since a revision, of which it is counted which ones a job or version was trained
 * on: bounds what a read of either costs after a mass deletion. The count is then too low.
 */
export const WITHDRAWN_COUNTED_MAX = 10_000

/** Bytes of the largest D1 database (on the free plan 500 MB); beyond it every write fails. */
export const D1_BYTES_MAX = 10_000_000_000

/** Different document types in the dataset: `by_doc_type` names each of them. */
export const DOC_TYPES_MAX = 50

/** Errors listed in one 422: enough to fix a form, and the answer to an invalid upload stays small. */
export const VALIDATION_ERRORS_MAX = 100

/** Characters of an invalid value that its error repeats: enough to find it in the request. */
export const ECHOED_VALUE_LENGTH_MAX = 40

/** Characters of an unknown name that its error repeats: the longest known one has 21, a secret at least 32. */
export const ECHOED_NAME_LENGTH_MAX = 30

/** Characters of a document's id: a slug or an address-like name; a page's cursor is made of it. */
export const DOCUMENT_ID_LENGTH_MAX = 128

/** Characters (code points) of a document's title: the longest official names of regulations are under 250. */
export const TITLE_LENGTH_MAX = 300

/** Characters of a document type: a word. */
export const DOC_TYPE_LENGTH_MAX = 40

/** Chunks of one document: a thousand times the longest known, and sums stay exact. */
export const CHUNKS_MAX = 1_000_000

/** Characters of a document's source address: what browsers and proxies commonly accept. */
export const SOURCE_URL_LENGTH_MAX = 2_048

/** Bytes of one value bound to a D1 statement: D1 rejects 2,000,000. */
export const D1_VALUE_BYTES_MAX = 1_000_000

/** Milliseconds by which the start of a resumed OCR batch may lie in the future: clocks of two data centres differ. */
export const CLOCK_SKEW_MAX_MS = 5_000

/** Documents assumed for a Bundesland while the dataset is empty: the reference's estimate. */
export const DOCUMENTS_PER_BUNDESLAND_ESTIMATE = 50

/** Jobs in the queue: a position is found by counting, and a longer queue is a mistake somewhere. */
export const QUEUE_LENGTH_MAX = 100

/** Milliseconds for which an Idempotency-Key is stored: longer than any client retries. */
export const IDEMPOTENCY_KEY_AGE_MAX_MS = 24 * 60 * 60_000

/** Characters of an Idempotency-Key: room for a UUID with a prefix. */
export const IDEMPOTENCY_KEY_LENGTH_MAX = 255

/** Expired Idempotency-Keys that one sweep deletes: only a flood creates more in a minute. */
export const IDEMPOTENCY_KEYS_SWEPT_MAX = 500

/** Default points of a history: a curve as wide as a page. */
export const HISTORY_POINTS_DEFAULT = 500

/** The highest step that a request may name: the longest run ends at it. How many points an answer has is another bound. */
export const STEP_MAX = 10_000

/** Maximum points of a history: the longest run has 10,000 steps. */
export const HISTORY_POINTS_MAX = 10_000

/** Minimum characters of ADMIN_TOKEN and SESSION_SECRET: `openssl rand -hex 16` gives 32, which is 128 bits. */
export const SECRET_LENGTH_MIN = 32

/** Characters of a token that opens a session: an API token has 47, ADMIN_TOKEN is the operator's choice. */
export const TOKEN_LENGTH_MAX = 512

/** Characters (code points) of an API token's name: every line of the event log contains one. */
export const TOKEN_NAME_LENGTH_MAX = 60

/** API tokens that exist: enough for the people and programs of a platform. */
export const TOKENS_MAX = 1_000

/** Milliseconds for which an isolate accepts a token without querying D1 again, even if it was revoked elsewhere. */
export const TOKEN_CACHED_MS = 20_000

/** Tokens in an isolate's cache, at about 300 bytes each. */
export const TOKEN_CACHE_MAX = 1_000

/** Milliseconds between two writes of a token's last use: it only has to show which tokens are no longer used. */
export const TOKEN_USE_INTERVAL_MS = 60 * 60_000

/** Milliseconds after which a session ends: a working day. */
export const SESSION_AGE_MAX_MS = 8 * 60 * 60_000

/** Milliseconds between two checks of the tokens behind open streams: their streams end within 60 s. */
export const CREDENTIAL_CHECK_MS = 30_000

/** Seconds over which the platform counts failed attempts, reads and writes; wrangler.toml sets the limits. */
export const RATE_LIMIT_PERIOD_S = 60

/**
 * Different tokens of one network that an isolate checks at the same time: enough for a fleet of programs that start
 * behind one address, and an upper bound on the guesses in addition to the counted ones.
 */
export const ATTEMPTS_PENDING_MAX = 50

/** Networks whose attempts of one kind an isolate keeps, at about 200 bytes each. */
export const ATTEMPT_NETWORKS_MAX = 10_000

/**
 * Milliseconds for which a token that was valid from a network is checked even if that network is over its limit:
 * programs that return within the hour keep working while others there guess.
 */
export const VALIDATED_TOKEN_MS = 60 * 60_000

/** Valid tokens of one kind that an isolate keeps with their networks, at about 200 bytes each. */
export const VALIDATED_TOKENS_MAX = 1_000

/** Entries of ACCESS_ROLES: people or whole domains. */
export const ACCESS_ROLES_MAX = 1_000

/** Entries of CORS_ORIGINS: front ends. */
export const CORS_ORIGINS_MAX = 100

/** Milliseconds after which the keys of Cloudflare Access are fetched again, so that a withdrawn key is dropped. */
export const ACCESS_KEYS_AGE_MAX_MS = 60 * 60_000

/** Minimum milliseconds between two fetches of the keys: assertions with invented key ids must not cause requests. */
export const ACCESS_KEYS_RETRY_MS = 60_000

/** Milliseconds after which a fetch of the keys is aborted. */
export const ACCESS_KEYS_FETCH_MS = 5_000

/** Levels of nesting in a JSON body: the deepest valid one has three. */
export const JSON_DEPTH_MAX = 16

/** Elements of one array in a JSON body: the longest valid one is an upload's. */
export const JSON_ARRAY_MAX = 1_000

/** Seconds of silence after which a runner's attempt is lost, by default: the job is offered to others. */
export const RUNNER_LOST_AFTER_DEFAULT_S = 600

/** A time left beyond this, ten years, is no estimate: a runner may announce any number of steps, and dates end. */
export const ESTIMATE_MAX_MS = 10 * 365 * 24 * 60 * 60_000

/** An announced silence that ends less than this later than the one written down is not written down: a row a minute at most. */
export const EXCUSE_STEP_MS = 60_000

/** Seconds after which a job fails that no runner has taken or is heard of, by default. */
export const RUNNER_GIVEN_UP_AFTER_DEFAULT_S = 24 * 60 * 60

/** A runner is silent after a minute, of four heartbeats. */
export const RUNNER_SILENT_AFTER_MS = 60_000

/** A claim must be confirmed so soon, or the job is offered again: its answer was lost, or the runner died of it. */
export const CLAIM_CONFIRMED_WITHIN_MS = 60_000

/** An alarm that comes so much too late was not delayed: Stellwerk was not there to hear it. */
export const ALARM_LATE_MS = 2 * 60_000

/** How often it is looked whether the runner of a live attempt was heard, and the job's row is written. */
export const ATTEMPT_CHECK_MS = 60_000

/** Seconds between two heartbeats of a runner. */
export const HEARTBEAT_S = 15

/** Seconds until a runner's next report while somebody watches, and while nobody does. */
export const REPORT_WATCHED_S = 1
export const REPORT_UNWATCHED_S = 15

/** Attempts of a job that are lost before it waits for its last runner alone. */
export const MAX_ATTEMPTS_DEFAULT = 3
export const MAX_ATTEMPTS_MAX = 10

/** Claims of one job, which bound its log: one a minute for two days, or a machine that is taken away a thousand times. */
export const CLAIMS_MAX = 3_000

/** Answers to one claim: a runner repeats it once a second, for as long as it may be confirmed. */
export const CLAIM_REPEATS_MAX = 60

/** How often a job begins to train, by the phase that its runner announces; it bounds the log. */
export const PHASES_MAX = 1_000

/** Announcements of the total steps, rewinds, and silences or stalls of one job that are logged; they bound its log. */
export const PLANS_MAX = 100
export const REWINDS_MAX = 1_000
export const SILENCES_MAX = 2_000

/** Seconds that a training process has to save and end. The maximum is that of ClearML's abort. */
export const GRACE_DEFAULT_S = 60
export const GRACE_MAX_S = 1_800

/** A live attempt is stalled without a step or output for the longer of these: ten minutes, or so many usual gaps. */
export const STALL_MIN_MS = 10 * 60_000
export const STALL_GAPS = 20

/** Seconds for which a runner may announce that nothing comes. */
export const EXPECTED_SILENCE_MAX_S = 3_600

/** Points and output lines of one report, and its bytes unpacked. */
export const REPORT_POINTS_MAX = 1_000
export const REPORT_LINES_MAX = 1_000
export const REPORT_BYTES_MAX = 1024 * 1024

/** Parts that an answer names which were dropped. */
export const REPORT_DROPPED_MAX = 100

/** Bytes of an output line; a longer one is cut. */
export const OUTPUT_LINE_BYTES_MAX = 4 * 1024

/** Bytes of output that are kept of a job: the last ones. */
export const OUTPUT_BYTES_MAX = 5 * 1024 * 1024

/** Metric names of a job and their length, as in MLflow, and the values in all its points. */
export const METRIC_NAMES_MAX = 2_000
export const METRIC_NAME_LENGTH_MAX = 250
export const JOB_VALUES_MAX = 2_000_000

/** Metrics of a job that its row, and so every list, sums up: those that fill a field of the API first. */
export const SUMMARY_METRICS_MAX = 100

/** The name of a runner. */
export const RUNNER_NAME_LENGTH_MAX = 100

/** Params of a job, and the lengths of their names and values: MLflow's. */
export const PARAMS_MAX = 100
export const PARAM_NAME_LENGTH_MAX = 250
export const PARAM_VALUE_LENGTH_MAX = 6_000

/** Values in a history of recorded points, which may have 2,000 each: about 20 MB. */
export const HISTORY_VALUES_MAX = 200_000

/** Points of a recorded curve that are thinned in memory; of more, blocks are opened one after another. */
export const THINNED_IN_MEMORY_MAX = 20_000

/** How often the register asks after a job whose attempt is live, beside the object's own checks. */
export const ATTEMPT_ROW_CHECK_MS = 10 * 60_000

/** Jobs of which a claim asks the objects: if others were faster with all of them, it looks again. */
export const CLAIM_CANDIDATES = 5

/** Seconds that a claim may wait for a job. */
export const CLAIM_WAIT_MAX_S = 20

/**
 * How often a claim looks for a job while it waits, and how many times. It is answered one period after the last look, so that
 * the first one of the next claim comes within five seconds, and a hundred runners look 21 times a second, not 26.
 */
export const CLAIM_LOOK_MS = 4_800
export const CLAIM_LOOKS_MAX = 4

/** Jobs of which an isolate remembers that they exist, of about 100 bytes each. */
export const JOBS_REMEMBERED_MAX = 10_000

/** Deleted jobs whose ids a sweep forgets: a thousand a minute is more than are deleted. */
export const DELETED_JOBS_SWEPT_MAX = 1_000

/** The version that a runner says it has. */
export const RUNNER_VERSION_LENGTH_MAX = 50

/** Why an attempt failed, as its runner says. */
export const ERROR_MESSAGE_LENGTH_MAX = 2_000

/** Metrics of which one history is asked. */
export const HISTORY_METRICS_MAX = 50

/** Runners that have not asked for a job for so long are not listed, and forgotten by the sweeper, so many at a time. */
export const RUNNER_KEPT_MS = 24 * 60 * 60_000
export const RUNNERS_SWEPT_MAX = 500

/** Runners in the list. */
export const RUNNERS_SHOWN_MAX = 500

/** How often it is written down that a runner still waits: 144 rows a day. */
export const RUNNER_NOTED_MS = 10 * 60_000

/** Runners of which an isolate remembers when that was. */
export const RUNNERS_REMEMBERED_MAX = 1_000

/** Reports of which one is in the access log; heartbeats never are, since log lines are billed. */
export const REPORTS_PER_LOG_LINE = 100

/** Lines of output on a page, of at most 4 KiB each. */
export const OUTPUT_PAGE_MAX = 500

/** Streams of a job that its own runner opens: one, and some that were broken off unnoticed. */
export const OWN_STREAMS_MAX = 10

/** Labels of a runner, and the length of a name or value. */
export const RUNNER_LABELS_MAX = 20
export const RUNNER_LABEL_LENGTH_MAX = 100

/** Points of a merged block: opened as a whole, for one of them, too. A report's own may have more. */
export const BLOCK_POINTS_MAX = 512

/** Bytes of a block's row: a Durable Object stores 2 MB at most. */
export const BLOCK_BYTES_MAX = 1_900_000

/** Bytes of points that are merged into one block, which leaves room for what it tells of 2,000 metrics. */
export const MERGED_BYTES_MAX = 500_000

/** Rows and values of a live attempt that are worth merging: an object that wakes reads less than that many rows more. */
export const MERGED_LIVE_ROWS_MIN = 1_000
export const MERGED_LIVE_VALUES_MIN = 100_000

/** Rows and values after which a compaction leaves the rest to the next alarm: requests wait for it. */
export const MERGED_ROWS_AT_ONCE = 1_000
export const MERGED_VALUES_AT_ONCE = 100_000

/** Milliseconds from an attempt's end until its blocks are merged: after the answer, and after D1 was told. */
export const MERGED_AFTER_MS = 5_000

/** Gigabytes (10⁹ bytes) of files that one job may have, by default and as the highest setting: R2's price is per GB. */
export const ARTIFACT_GB_PER_JOB_DEFAULT = 50
export const ARTIFACT_GB_PER_JOB_MAX = 10_000

/** Files of one job: a page of the list has at most PAGE_MAX of them, and a version's are written to D1 in one transaction. */
export const ARTIFACTS_PER_JOB_MAX = 10_000

/** Bytes of a file, or part, in one request: what Cloudflare takes on its smaller plans. Larger files come in parts. */
export const ARTIFACT_PART_BYTES_MAX = 100_000_000

/** Bytes of a body of unknown length, which is held in memory: R2 takes none. */
export const ARTIFACT_BUFFERED_BYTES_MAX = 8 * 1024 * 1024

/** Bytes (UTF-8) of a file's path, as in most file systems and well within R2's 1,024. */
export const ARTIFACT_PATH_BYTES_MAX = 512

/** Characters of a file's media type. */
export const ARTIFACT_TYPE_LENGTH_MAX = 100

/** Milliseconds after which an upload that nobody has continued is dropped: a day, for a runner that comes back. */
export const ARTIFACT_UPLOAD_MS = 24 * 60 * 60_000

/** Uploads of one job at a time, those that were broken off included; with more, the oldest is dropped. */
export const ARTIFACT_UPLOADS_MAX = 1_000

/** Keys deleted from R2 by one call: its own limit. */
export const GARBAGE_PAGE_KEYS = 1_000

/** Pages of keys that one sweep deletes: the next comes a minute later. */
export const GARBAGE_SWEEP_PAGES = 20

/** Multipart uploads aborted concurrently: a Worker has six connections. */
export const R2_ABORTS_AT_ONCE = 6

/** Checkpoints of one job that are kept: the last, and one more should that turn out to be broken. */
export const CHECKPOINTS_KEPT = 2

/** Checkpoints of one job, which bound its log: one a minute for three days. */
export const CHECKPOINTS_MAX = 5_000

/** Bytes of a part, but for the last: R2 takes no smaller ones. */
export const ARTIFACT_PART_BYTES_MIN = 5 * 1024 * 1024

/** Parts of one file: R2's own limit. */
export const ARTIFACT_PARTS_MAX = 10_000

/** Milliseconds for which files are held for a job that is not registered yet: its creation takes a second. */
export const HOLD_UNCONFIRMED_MS = 60 * 60_000

/** Holds of jobs that were never registered which one sweep releases. */
export const HOLDS_SWEPT_MAX = 100

/**
 * Parameters and tags of a run, and their lengths in characters: the bounds of MLflow, whose server cuts values that are longer.
 * What else goes beyond them is counted and not stored: a refusal would end the training.
 */
export const RUN_PARAMS_MAX = 2_000
export const RUN_PARAM_LENGTH_MAX = 6_000
export const RUN_TAGS_MAX = 2_000
export const RUN_TAG_LENGTH_MAX = 8_000
export const RUN_KEY_LENGTH_MAX = 250

/** Characters of a run's parameters and tags that its job shows, and D1 keeps: a list of 200 jobs stays under 4 MB. */
export const RUN_SHOWN_LENGTH_MAX = 16 * 1024

/** Datasets and models that a run names as its inputs and outputs, and characters of one of them as JSON: its schema. */
export const RUN_ITEMS_MAX = 1_000
export const RUN_ITEM_LENGTH_MAX = 256 * 1024

/** What a client of a run sends after its attempt has ended is still taken for so long: scorers run after the fit. */
export const RUN_LATE_MS = 10 * 60_000

/** Metrics of a logged model, whose latest values are kept with it: a model has some dozen. All are kept with its run. */
export const MODEL_METRICS_MAX = 200

/** For so long a value that comes again by content is the same one: a client that hears nothing tries for four minutes. */
export const VALUE_REPEATED_WITHIN_MS = 10 * 60_000

/** Values of a generation that are remembered for that, of which there are two: 50 MB at most. */
export const VALUES_REMEMBERED_MAX = 150_000

/** Body of a request through a door: 1,000 metrics are 118 kB, 100 parameters of 6,000 characters 600 kB. */
export const DOOR_BODY_BYTES_MAX = 1024 * 1024

/** Larger ones that log something are read to count what is not stored: MLflow's client sends profiles of datasets of 16 MB. */
export const DOOR_COUNTED_BYTES_MAX = 32 * 1024 * 1024

/** Milliseconds after which a client that blocks its training is answered, stored or not: a step takes some hundred. */
export const KUBEFLOW_ANSWER_MS = 80

/** A run that nobody claimed is lost after so many times RUNNER_LOST_AFTER_S: its client has no heartbeat. */
export const RUN_LOST_AFTER_TIMES = 6

/** A request that opens a run is a repeated one for so long, if it comes byte for byte and nobody has named its run since. */
export const RUN_REOPENED_WITHIN_MS = 10 * 60_000

/** Experiments that scripts may make up: one a script, of some hundred people. */
export const EXPERIMENTS_MAX = 5_000

/** Tags of an experiment: as many as a batch of MLflow's client has. All experiments are searched with theirs. */
export const EXPERIMENT_TAGS_MAX = 100

/**
 * Milliseconds after which it is looked whether a run that the same request has opened was named: MLflow's autolog opens those of a
 * search for parameters by requests that are the same, in several threads, each of which logs as soon as it is answered.
 */
export const RUN_NAMED_AFTER_MS = [100, 200, 400] as const

/** Times that a request tries to open a run while the same ones do. */
export const RUN_OPENINGS_MAX = 100

/** Jobs that one search of runs looks at: ten pages of rows. */
export const RUNS_SEARCHED_MAX = 10_000

/** Objects of runs that one search asks at once. */
export const RUNS_ASKED_AT_ONCE = 8

/**
 * Logged models that a search reads at once, and how many times: one has some KiB of parameters, and 256 at most. MLflow's client
 * looks for one of a run among all of its name.
 */
export const LOGGED_MODELS_PAGE = 100
export const LOGGED_MODEL_PAGES_MAX = 20

/** Pages of logged models that a search by their metrics reads: it asks the object of each one's run. */
export const MEASURED_MODEL_PAGES_MAX = 5

/** Logged models in one answer of a search, unless the client asks for fewer: as MLflow's own server. */
export const LOGGED_MODELS_PER_SEARCH_MAX = 100

/** Runs in one answer of a search, as MLflow's own server allows. */
export const RUNS_PER_SEARCH_MAX = 50_000

/** Orders of one search: each pair of runs is compared by all of them. */
export const ORDERS_MAX = 20

/** Characters and conditions of a filter of runs: a query by hand has a line. */
export const FILTER_LENGTH_MAX = 10_000
export const FILTER_CONDITIONS_MAX = 100

/** Registered names besides the model types, and versions of each: what a script that registers in a loop may fill. */
export const REGISTERED_NAMES_MAX = 1_000
export const VERSIONS_PER_NAME_MAX = 10_000

/** Pages of SEARCHED_ROWS_MAX versions that one search looks at: all of a name. */
export const VERSION_PAGES_MAX = 10

/** Characters of a registered name, an alias, a description; entries of a version or a name. The first two are MLflow's. */
export const REGISTERED_NAME_LENGTH_MAX = 256
export const ALIAS_LENGTH_MAX = 255
export const REGISTRY_DESCRIPTION_LENGTH_MAX = 100_000
export const REGISTRY_TAGS_MAX = 100
export const ALIASES_PER_NAME_MAX = 100

/** Parts of a file in R2. */
export const MULTIPART_PARTS_MAX = 10_000
