/** One change of the object's tables. Those that have been deployed stay as they are, in their order: new ones are added. */
export type Migration = { id: number; sql: string }

export const migrations: readonly Migration[] = [
  {
    id: 1,
    sql: `
      CREATE TABLE events (
        seq   INTEGER PRIMARY KEY,   -- the revision that the event led to
        type  TEXT    NOT NULL,
        at_ms INTEGER NOT NULL,
        data  TEXT    NOT NULL       -- what else the event says, JSON
      ) STRICT;
      CREATE TABLE sync (
        id       INTEGER PRIMARY KEY CHECK (id = 1),
        revision INTEGER NOT NULL    -- the last one that D1 has acknowledged
      ) STRICT;
      INSERT INTO sync VALUES (1, 0);
    `,
  },
  {
    id: 2,
    sql: `
      CREATE TABLE sinks (
        name     TEXT    PRIMARY KEY,
        revision INTEGER NOT NULL,   -- the last one that the sink has acknowledged
        tries    INTEGER NOT NULL,   -- that have failed since
        next_ms  INTEGER,            -- when it is tried again; NULL: when there is something to tell it
        error    TEXT                -- why the last try failed
      ) STRICT, WITHOUT ROWID;
      INSERT INTO sinks SELECT 'register', revision, 0, NULL, NULL FROM sync;
      DROP TABLE sync;
    `,
  },
]

/** The further tables of a job that runners train: made with its first report, so that a simulated job pays no page for them. */
export const recordingMigrations: readonly Migration[] = [
  {
    id: 3,
    sql: `
      CREATE TABLE blocks (
        first     INTEGER PRIMARY KEY,   -- the number of the first point
        attempt   INTEGER NOT NULL,
        sequence  INTEGER NOT NULL,      -- of the report that brought the points
        at_ms     INTEGER NOT NULL,      -- when it came
        count     INTEGER NOT NULL,
        values_n  INTEGER NOT NULL,
        from_step INTEGER,               -- the lowest and highest of the steps that count; NULL: none does
        to_step   INTEGER,
        extremes  TEXT    NOT NULL,      -- by metric: lowest, highest, latest, its step and time; JSON
        points    TEXT    NOT NULL       -- columns of steps, times, epochs, and of values by metric; JSON
      ) STRICT;
      CREATE TABLE output (
        first    INTEGER PRIMARY KEY,    -- the number of the first line
        attempt  INTEGER NOT NULL,
        sequence INTEGER NOT NULL,
        at_ms    INTEGER NOT NULL,
        count    INTEGER NOT NULL,
        bytes    INTEGER NOT NULL,
        lines    TEXT    NOT NULL        -- of streams, times and texts; JSON
      ) STRICT;
      CREATE TABLE sequences (           -- of reports that brought neither
        attempt  INTEGER PRIMARY KEY,
        sequence INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE quiet (               -- while an attempt is not heard: for how long, and when that was counted
        attempt    INTEGER PRIMARY KEY,
        quiet_ms   INTEGER NOT NULL,
        checked_ms INTEGER NOT NULL
      ) STRICT;
    `,
  },
  {
    /*
     * What a block of several reports says of them. `since_ms`: when the first of them came; NULL in rows of before, each of
     * one report. `progressed_ms`: when the last new step of the attempt came; NULL: there was none.
     */
    id: 4,
    sql: `
      ALTER TABLE blocks ADD COLUMN reports INTEGER NOT NULL DEFAULT 1;
      ALTER TABLE blocks ADD COLUMN since_ms INTEGER;
      ALTER TABLE blocks ADD COLUMN progressed_ms INTEGER;
    `,
  },
  {
    // Until when an attempt need bring nothing: it has announced that, or (attempt 0: of any) Stellwerk was away until then.
    id: 6,
    sql: `
      CREATE TABLE excused (
        attempt  INTEGER PRIMARY KEY,
        until_ms INTEGER NOT NULL
      ) STRICT;
    `,
  },
]

/** The further tables of a job that has files: made with its first one. */
export const artifactMigrations: readonly Migration[] = [
  {
    id: 5,
    sql: `
      CREATE TABLE artifacts (            -- files that are whole
        path       TEXT    PRIMARY KEY,
        key        TEXT    NOT NULL,      -- in R2
        size       INTEGER NOT NULL,
        sha256     TEXT    NOT NULL,
        type       TEXT    NOT NULL,
        attempt    INTEGER,               -- that wrote it; NULL: an operator has, or it is of another job
        created_ms INTEGER NOT NULL,
        is_proven  INTEGER NOT NULL,      -- whether the digest was computed over the bytes, not only announced
        version    TEXT                   -- the model version that owns it; NULL: none
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX artifacts_by_key ON artifacts (key);
      CREATE TABLE artifact_totals (
        id       INTEGER PRIMARY KEY CHECK (id = 1),
        next_key INTEGER NOT NULL,        -- no key is given twice
        files    INTEGER NOT NULL,
        bytes    INTEGER NOT NULL
      ) STRICT;
      INSERT INTO artifact_totals VALUES (1, 1, 0, 0);
      CREATE TRIGGER artifact_added AFTER INSERT ON artifacts BEGIN
        UPDATE artifact_totals SET files = files + 1, bytes = bytes + NEW.size;
      END;
      CREATE TRIGGER artifact_removed AFTER DELETE ON artifacts BEGIN
        UPDATE artifact_totals SET files = files - 1, bytes = bytes - OLD.size;
      END;
      CREATE TABLE uploads (              -- what is being written to R2
        number     INTEGER PRIMARY KEY,   -- the last part of its key
        path       TEXT    NOT NULL,
        size       INTEGER NOT NULL,
        sha256     TEXT,                  -- as announced; NULL: it was not
        type       TEXT    NOT NULL,
        attempt    INTEGER,
        part_size  INTEGER,               -- NULL: it comes in one request
        r2_id      TEXT,                  -- of the multipart upload; NULL: R2 was not asked for one yet
        touched_ms INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX uploads_by_time ON uploads (touched_ms);
      CREATE INDEX uploads_in_parts ON uploads (path, sha256) WHERE part_size IS NOT NULL;
      CREATE TABLE upload_parts (
        upload INTEGER NOT NULL,
        number INTEGER NOT NULL,          -- from 1
        sha256 TEXT    NOT NULL,
        etag   TEXT    NOT NULL,          -- R2's name for it
        PRIMARY KEY (upload, number)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE checkpoints (
        path   TEXT    PRIMARY KEY,
        step   INTEGER NOT NULL,
        number INTEGER NOT NULL           -- in the order in which they were registered
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE dropped_keys (         -- what is to be deleted from R2, and D1 has not heard of yet
        key    TEXT    PRIMARY KEY,
        r2_id  TEXT,                      -- of a multipart upload that is to be aborted
        due_ms INTEGER NOT NULL           -- not before: a request may still be writing it
      ) STRICT, WITHOUT ROWID;
    `,
  },
]

/** The further tables of a job that clients of somebody else's report on: made with their first word. */
export const runMigrations: readonly Migration[] = [
  {
    id: 7,
    sql: `
      CREATE TABLE run_params (
        key     TEXT    NOT NULL UNIQUE,
        value   TEXT    NOT NULL,
        attempt INTEGER NOT NULL           -- that logged the value
      ) STRICT;
      CREATE TABLE run_params_before (     -- what earlier attempts had logged
        key     TEXT    NOT NULL,
        attempt INTEGER NOT NULL,
        value   TEXT    NOT NULL,
        PRIMARY KEY (key, attempt)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE run_tags (
        key   TEXT NOT NULL UNIQUE,
        value TEXT NOT NULL
      ) STRICT;
      CREATE TABLE run_items (             -- datasets that went in, models that came out, and logged models
        kind TEXT NOT NULL,
        id   TEXT NOT NULL,
        data TEXT NOT NULL,                -- JSON
        UNIQUE (kind, id)
      ) STRICT;
      CREATE TABLE run_opened (            -- attempts in which a client has used the run
        attempt INTEGER PRIMARY KEY,
        at_ms   INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE run_totals (
        id         INTEGER PRIMARY KEY CHECK (id = 1),
        params     INTEGER NOT NULL,
        tags       INTEGER NOT NULL,
        not_stored INTEGER NOT NULL,       -- values for which there was no room
        changes    INTEGER NOT NULL,
        is_late    INTEGER NOT NULL        -- whether something came after the end that D1 may not have
      ) STRICT;
      INSERT INTO run_totals VALUES (1, 0, 0, 0, 0, 0);
    `,
  },
  {
    id: 8,
    // By which the request that opened the run is known when it comes again, until another one has named it.
    sql: 'ALTER TABLE run_opened ADD COLUMN request TEXT',
  },
]

/**
 * Brings an object's tables up to date: none at all, or those of any version that was deployed. From the third migration
 * on, what an object has been through is recorded; before, its tables say it.
 *
 * The record is a view without a table: it takes no page of its own, of which a job has four, and two written rows. A
 * Durable Object is not allowed `PRAGMA user_version`.
 */
export function migrate(storage: DurableObjectStorage, all: readonly Migration[] = migrations): void {
  const done = doneBy(storage)
  const pending = all.filter(({ id }) => !done.includes(id))
  if (pending.length === 0) return
  const ids = [...done, ...pending.map(({ id }) => id)]
  storage.transactionSync(() => {
    for (const { sql } of pending) storage.sql.exec(sql)
    if (ids.every((id) => id <= LAST_TOLD_BY_TABLES)) return
    const rows = ids.map((id) => `(${id})`).join(', ')
    storage.sql.exec(`DROP VIEW IF EXISTS migrations; CREATE VIEW migrations (id) AS VALUES ${rows};`)
  })
}

/** The last migration after which the tables themselves say which an object has been through. */
const LAST_TOLD_BY_TABLES = 2

/** The ids of the migrations that an object has been through. */
function doneBy(storage: DurableObjectStorage): number[] {
  const tables = tablesOf(storage)
  if (tables.has('migrations')) {
    const rows = storage.sql.exec<{ id: number }>('SELECT id FROM migrations').toArray()
    return rows.map(({ id }) => id)
  }
  if (tables.has('sinks')) return [1, 2]
  return tables.has('events') ? [1] : []
}

/**
 * The tables of an object, and its view: none where it knows of no job, `events` and more where it has one, only
 * `tombstone` where its job was deleted. That one is in no migration: it is made after all others were erased, so that a
 * job that lives does not pay a page for it.
 */
export const tablesOf = ({ sql }: DurableObjectStorage): Set<string> => {
  const tables = sql.exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')").toArray()
  return new Set(tables.map(({ name }) => name))
}
