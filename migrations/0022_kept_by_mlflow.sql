-- What clients of MLflow keep beside runs. Only adds.

-- When an administrator deleted a run through the door, Unix ms: searches hide it, its job stays. NULL: nobody did.
ALTER TABLE jobs ADD COLUMN run_deleted_ms INTEGER;

CREATE TABLE experiment_tags (
  experiment_id INTEGER NOT NULL,
  key           TEXT    NOT NULL,
  value         TEXT    NOT NULL,
  PRIMARY KEY (experiment_id, key)
) STRICT, WITHOUT ROWID;
