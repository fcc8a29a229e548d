-- The register of jobs. src/jobs/job-index.ts is the only file that names these tables.
CREATE TABLE jobs (
  seq        INTEGER PRIMARY KEY,             -- order of creation; lists go from high to low
  id         TEXT    NOT NULL UNIQUE,
  model_type TEXT    NOT NULL,
  status     TEXT    NOT NULL,
  revision   INTEGER NOT NULL,                -- of the object's state that this row shows; never goes down
  slot       INTEGER,                         -- 0 … MAX_ACTIVE_JOBS - 1 while the job may run
  wake_by_ms INTEGER,                         -- Unix ms by which the job's object promised to have woken
  snapshot   TEXT    NOT NULL                 -- the job as the API shows it, JSON
) STRICT;

-- At most one job in a slot, whatever the statements above it do.
CREATE UNIQUE INDEX jobs_slot ON jobs (slot) WHERE slot IS NOT NULL;
CREATE INDEX jobs_filter ON jobs (status, model_type, seq);
CREATE INDEX jobs_wake ON jobs (wake_by_ms) WHERE wake_by_ms IS NOT NULL;

-- One row, so that the system's status costs the same with ten jobs and with a million.
CREATE TABLE job_counters (
  id        INTEGER PRIMARY KEY CHECK (id = 1),
  total     INTEGER NOT NULL,
  completed INTEGER NOT NULL,
  failed    INTEGER NOT NULL
) STRICT;
INSERT INTO job_counters VALUES (1, 0, 0, 0);

CREATE TRIGGER jobs_counted_insert AFTER INSERT ON jobs BEGIN
  UPDATE job_counters SET
    total = total + 1,
    completed = completed + (NEW.status = 'completed'),
    failed = failed + (NEW.status = 'failed');
END;

CREATE TRIGGER jobs_counted_update AFTER UPDATE OF status ON jobs
WHEN (NEW.status = 'completed') <> (OLD.status = 'completed') OR (NEW.status = 'failed') <> (OLD.status = 'failed') BEGIN
  UPDATE job_counters SET
    completed = completed + (NEW.status = 'completed') - (OLD.status = 'completed'),
    failed = failed + (NEW.status = 'failed') - (OLD.status = 'failed');
END;

CREATE TRIGGER jobs_counted_delete AFTER DELETE ON jobs BEGIN
  UPDATE job_counters SET
    total = total - 1,
    completed = completed - (OLD.status = 'completed'),
    failed = failed - (OLD.status = 'failed');
END;

-- What the registry of models may know of jobs: those that are still owed their version.
CREATE VIEW uncompleted_jobs AS SELECT id FROM jobs WHERE status <> 'completed';
