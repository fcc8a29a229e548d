-- Jobs that wait for a slot, oldest first: a handful at most, and the only ones in this index.
CREATE INDEX jobs_waiting ON jobs (seq) WHERE status = 'queued' AND slot IS NULL;

-- Which request with which Idempotency-Key made which job. src/jobs/idempotency-keys.ts is the only file that names it.
CREATE TABLE idempotency_keys (
  key        TEXT    PRIMARY KEY,
  request    TEXT    NOT NULL,                -- SHA-256 of what was asked for
  job_id     TEXT    NOT NULL,
  created_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_ms);
