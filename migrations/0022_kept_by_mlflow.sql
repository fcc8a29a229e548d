-- What clients of MLflow keep beside runs. Only adds.

-- When an administrator deleted a run through the door, Unix ms: searches hide it, its job stays. NULL: nobody did.
ALTER TABLE jobs ADD COLUMN run_deleted_ms INTEGER;

CREATE TABLE experiment_tags (
  experiment_id INTEGER NOT NULL,
  key           TEXT    NOT NULL,
  value         TEXT    NOT NULL,
  PRIMARY KEY (experiment_id, key)
) STRICT, WITHOUT ROWID;

-- By which models that runs have logged are found; the job's object has the model itself, and writes it here after each change.
CREATE TABLE logged_models (
  seq        INTEGER PRIMARY KEY,                  -- order of registration; searches go from high to low
  job_id     TEXT    NOT NULL,
  number     INTEGER NOT NULL,                     -- within its run
  name       TEXT    NOT NULL,
  updated_ms INTEGER NOT NULL,                     -- rises with each change
  data       TEXT    NOT NULL,                     -- the model, JSON
  UNIQUE (job_id, number)
) STRICT;
CREATE INDEX logged_models_by_name ON logged_models (name);
CREATE TRIGGER logged_models_deleted AFTER DELETE ON jobs BEGIN
  DELETE FROM logged_models WHERE job_id = OLD.id;
END;

-- The jobs of `running_jobs`, found by the index of statuses.
CREATE VIEW open_jobs AS
  SELECT id FROM jobs WHERE status IN ('queued', 'preparing', 'training', 'validating', 'paused');
