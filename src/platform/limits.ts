/** Every bound of the control plane, with its unit and its reason. */

/** Body of an ordinary request. The largest valid job is under 4 KiB; the rest is room for unknown fields. */
export const BODY_BYTES_MAX = 64 * 1024

/** Body of a dataset upload: 1,000 documents of about 2 KB each. */
export const DATASET_BODY_BYTES_MAX = 2 * 1024 * 1024

/** Rows of a page unless the client says otherwise: one screen of a table. */
export const PAGE_DEFAULT = 50

/** Rows of a page at most: keeps an answer of full jobs under 1 MiB. */
export const PAGE_MAX = 200

/** Combining marks on one character of a name: Vietnamese composes, Thai and Hebrew write three; a heap covers its line. */
export const NAME_MARKS_MAX = 4

/** Characters (code points) of a job's name: a line in a table. */
export const NAME_LENGTH_MAX = 200

/** Bundesländer a request may name before duplicates are folded: each of the 16 in all three spellings. */
export const BUNDESLAENDER_INPUT_MAX = 48

/** Characters of a page's cursor: the longest the service gives out is a document id of 128 in base64. */
export const PAGE_CURSOR_LENGTH_MAX = 256

/** Characters of a stream's cursor: two numbers. */
export const STREAM_CURSOR_LENGTH_MAX = 64

/**
 * Pauses of one job. Each pause and its resume is two rows in the job's event log, which is replayed when its object
 * wakes: 2,000 rows take a few milliseconds.
 */
export const PAUSES_MAX = 1_000

/** Losses in a job's representation and points in a window event, as in the reference. */
export const HISTORY_WINDOW_POINTS = 50

/** Points in one delta event: keeps a reconnect after hours under 64 KiB a write. */
export const FRAME_POINTS_MAX = 500

/** Milliseconds between two repaints of a stream while training, as in the reference. */
export const REPAINT_MS = 500

/** Milliseconds between two looks at the streams while nothing moves: stalled, aged and silent ones are found. */
export const IDLE_TICK_MS = 5_000

/** Milliseconds of silence after which a comment is sent: proxies commonly cut idle connections after 30–60 s. */
export const KEEP_ALIVE_MS = 15_000

/** Milliseconds an `EventSource` waits before it comes back. */
export const STREAM_RETRY_MS = 2_000

/** Milliseconds after which a stream is ended, so that clients spread anew over a changed deployment. */
export const STREAM_AGE_MAX_MS = 30 * 60_000

/** Part of STREAM_AGE_MAX_MS by which a stream's age varies, so that not all come back at once. */
export const STREAM_AGE_JITTER = 0.1

/** Bytes queued for one watcher: some ten window events, or one full delta event. Bounds memory per watcher. */
export const WATCHER_QUEUE_BYTES_MAX = 64 * 1024

/** Bytes a watcher takes beside its queue: 15.5 KiB of an isolate's heap, measured in workerd with 400 quiet streams. */
export const WATCHER_BYTES = 16 * 1024

/** Bytes of an isolate: the platform ends one that takes more, and with it every object in it. */
export const ISOLATE_BYTES_MAX = 128_000_000

/** Part of an isolate's memory that the watchers of a job may fill: the rest is for code, the job's log and D1's answers. */
export const WATCHERS_MEMORY_PART = 0.75

/**
 * Watchers a job can be set to serve: 1,171, so that they fit into an isolate even when none of them reads. This says
 * nothing of several watched jobs whose objects share an isolate.
 */
export const WATCHERS_PER_JOB_MAX = Math.floor(
  (ISOLATE_BYTES_MAX * WATCHERS_MEMORY_PART) / (WATCHER_QUEUE_BYTES_MAX + WATCHER_BYTES),
)

/** Milliseconds a watcher may leave its queue full before it is dropped. */
export const WATCHER_STALL_MAX_MS = 30_000

/** Seconds after which a client refused for want of room may try again. */
export const RETRY_AFTER_S = 5

/** Milliseconds after a promised wake-up at which the sweeper takes it for lost; also what taking a slot promises. */
export const WAKE_GRACE_MS = 60_000

/** Milliseconds by which an alarm must be past before a waking object takes it for lost and sets it anew. */
export const ALARM_LOST_MS = 60_000

/** Overdue jobs the sweeper reads at a time. */
export const SWEEP_PAGE_JOBS = 100

/** Milliseconds after which a sweep begins no further page: the next one comes a minute after it began. */
export const SWEEP_MS = 45_000

/** Objects that are asked at the same time: a Worker has six connections, and others wait in line without harm. */
export const OBJECTS_ASKED_AT_ONCE = 20

/** Milliseconds another job's object may take to answer: it answers within one, and a few more for a way to D1. */
export const OBJECT_ANSWER_MS = 10_000

/** Milliseconds after which the object of a paused job is asked whether the register still has it right: a day. */
export const PAUSED_CHECK_MS = 24 * 60 * 60_000

/** Jobs at a time, finished ones included: a completed one and its version take 3.4 KB of D1's 10 GB. */
export const JOBS_MAX = 1_000_000

/** Times a completion is tried that the register refuses: with the growing pauses between them some five minutes. */
export const COMPLETION_TRIES_MAX = 10

/** Jobs, or objects, that one call of the reconciliation looks at: each costs a request to its object and a row. */
export const RECONCILE_PAGE_MAX = 100

/** Milliseconds until D1 is tried again after a failed write; doubled with each failure … */
export const SINK_RETRY_MS = 1_000

/** … up to this many. */
export const SINK_RETRY_MAX_MS = 60_000

/** Milliseconds a sink may take to answer: D1 gives a statement 30 s. What it does later is guarded by the revision. */
export const SINK_ANSWER_MS = 35_000

/** Images in one OCR batch, as in the reference. */
export const OCR_IMAGES_MAX = 100

/** Milliseconds an OCR stream may be resumed after its start: far longer than the slowest batch. */
export const OCR_RESUME_MAX_MS = 24 * 60 * 60_000

/** Documents in one upload: one D1 transaction well inside its time limit. */
export const DOCUMENTS_PER_UPLOAD_MAX = 1_000

/**
 * Documents in the dataset. The largest take 5.4 KB of D1 with their indexes (measured), so that all of them are 2.7 GB: a
 * quarter of the database, which jobs and tokens share, and a hundred times what sixteen Länder have in force.
 */
export const DOCUMENTS_MAX = 500_000

/** Bytes of the largest database of D1 (on the free plan 500 MB); after them every write fails. */
export const D1_BYTES_MAX = 10_000_000_000

/** Different document types in the dataset: `by_doc_type` names each of them. */
export const DOC_TYPES_MAX = 50

/** Errors listed in one 422: enough to mend a form, and a refused upload stays a small answer. */
export const VALIDATION_ERRORS_MAX = 100

/** Characters of a refused value that its error repeats: enough to find it in the request. */
export const SHOWN_VALUE_LENGTH_MAX = 40

/** Characters of a document's id: a slug or an address-like name; a page's cursor is made of it. */
export const DOCUMENT_ID_LENGTH_MAX = 128

/** Characters (code points) of a document's title: the longest official names of regulations are under 250. */
export const TITLE_LENGTH_MAX = 300

/** Characters of a document type: a word. */
export const DOC_TYPE_LENGTH_MAX = 40

/** Chunks of one document: a thousand times the longest known, and sums stay exact. */
export const CHUNKS_MAX = 1_000_000

/** Characters of a document's source address: what browsers and proxies commonly take. */
export const SOURCE_URL_LENGTH_MAX = 2_048

/** Bytes of one value bound to a D1 statement: D1 refuses 2,000,000. */
export const D1_VALUE_BYTES_MAX = 1_000_000

/** Milliseconds by which a resumed OCR batch may seem to begin in the future: clocks of two data centres differ. */
export const CLOCK_SKEW_MAX_MS = 5_000

/** Documents a Bundesland is taken to have while the dataset is empty: the reference's estimate. */
export const DOCUMENTS_PER_BUNDESLAND_ESTIMATE = 50

/** Jobs that may wait for a slot: a position in the queue is counted, and a longer queue is a mistake somewhere. */
export const QUEUE_LENGTH_MAX = 100

/** Milliseconds for which an Idempotency-Key is remembered: longer than any client retries. */
export const IDEMPOTENCY_KEY_AGE_MAX_MS = 24 * 60 * 60_000

/** Characters of an Idempotency-Key: room for a UUID with a prefix. */
export const IDEMPOTENCY_KEY_LENGTH_MAX = 255

/** Expired Idempotency-Keys that one sweep forgets: more are made in a minute only by a flood. */
export const IDEMPOTENCY_KEYS_SWEPT_MAX = 500

/** Points of a history unless the client says otherwise: a curve as wide as a page. */
export const HISTORY_POINTS_DEFAULT = 500

/** Points of a history at most: the longest training has 10,000 steps. */
export const HISTORY_POINTS_MAX = 10_000

/** Characters of ADMIN_TOKEN and SESSION_SECRET at least: `openssl rand -hex 16` gives 32, which is 128 bits. */
export const SECRET_LENGTH_MIN = 32

/** Characters of a token that is traded for a session: an API token has 47, ADMIN_TOKEN is the operator's. */
export const TOKEN_LENGTH_MAX = 512

/** Characters (code points) of an API token's name: it stands in every line of the event log. */
export const TOKEN_NAME_LENGTH_MAX = 60

/** API tokens at a time: people and programs of a platform, with room. */
export const TOKENS_MAX = 1_000

/** Milliseconds for which an isolate lets a token in without asking D1 again: so long may a revoked one go on. */
export const TOKEN_CACHED_MS = 20_000

/** Tokens an isolate remembers, at about 300 bytes each. */
export const TOKEN_CACHE_MAX = 1_000

/** Milliseconds in which the last use of a token is written once: it says when a token fell out of use, not more. */
export const TOKEN_USE_INTERVAL_MS = 60 * 60_000

/** Milliseconds after which somebody signs in again: a working day. */
export const SESSION_AGE_MAX_MS = 8 * 60 * 60_000

/** Milliseconds between two looks whether the tokens behind open streams still hold; a stream ends within 60 s. */
export const CREDENTIAL_CHECK_MS = 30_000

/** Seconds over which the platform counts failed attempts, reads and writes: wrangler.toml has the limits themselves. */
export const RATE_LIMIT_PERIOD_S = 60

/**
 * Tokens of one network that an isolate looks at before the first of them is decided: a fleet of programs that start
 * behind one address at once, and no more guesses than that beside the failed attempts that are counted.
 */
export const ATTEMPTS_PENDING_MAX = 50

/** Networks whose attempts an isolate remembers, at about 200 bytes each. */
export const ATTEMPT_NETWORKS_MAX = 10_000

/**
 * Milliseconds for which a token that was right from a network is looked at though others there guess: programs that
 * come back within the hour go on.
 */
export const KNOWN_GOOD_MS = 60 * 60_000

/** Right tokens that an isolate remembers with their networks, at about 200 bytes each. */
export const KNOWN_GOOD_MAX = 1_000

/** Entries of ACCESS_ROLES: people, or whole domains. */
export const ACCESS_ROLES_MAX = 1_000

/** Entries of CORS_ORIGINS: front ends. */
export const CORS_ORIGINS_MAX = 100

/** Milliseconds after which the keys of Cloudflare Access are read anew, so that one it has withdrawn stops counting. */
export const ACCESS_KEYS_AGE_MAX_MS = 60 * 60_000

/** Milliseconds in which the keys are read at most once: assertions with invented key ids must not cause requests. */
export const ACCESS_KEYS_RETRY_MS = 60_000

/** Milliseconds the keys may take to come. */
export const ACCESS_KEYS_FETCH_MS = 5_000

/** Levels of nesting in a JSON body: the deepest valid one has three. */
export const JSON_DEPTH_MAX = 16

/** Elements of one array in a JSON body: the longest valid one is an upload's. */
export const JSON_ARRAY_MAX = 1_000
