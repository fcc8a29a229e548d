/** One change of the object's tables. Those that have been deployed stay as they are, in their order: new ones are added. */
type Migration = { id: number; sql: string }

const migrations: readonly Migration[] = [
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

/** Brings an object's tables up to date: none at all, or those of any version that was deployed. */
export function migrate(storage: DurableObjectStorage, tables = tablesOf(storage)): void {
  const version = versionOf(tables)
  const pending = migrations.filter(({ id }) => id > version)
  if (pending.length === 0) return
  storage.transactionSync(() => {
    for (const { sql } of pending) storage.sql.exec(sql)
  })
}

/**
 * The tables of an object: none where it knows of no job, `events` and more where it has one, only `tombstone` where its
 * job was deleted.
 */
export const tablesOf = ({ sql }: DurableObjectStorage): Set<string> => {
  const tables = sql.exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'").toArray()
  return new Set(tables.map(({ name }) => name))
}

/** The last migration that an object has been through, told by its tables; 0: none. */
function versionOf(tables: ReadonlySet<string>): number {
  if (tables.has('sinks')) return 2
  return tables.has('events') ? 1 : 0
}
