-- The registry as clients of MLflow use it: a job has as many versions as its script registers, under names of their own beside
-- the model types, and none is active but by a completion or by the alias. So the table of versions is rebuilt without
-- UNIQUE (job_id), and the trigger no longer activates what is inserted. The room src/models alone names these tables.
CREATE TABLE new_versions (
  seq               INTEGER PRIMARY KEY,          -- order of registration; lists go from high to low
  id                TEXT    NOT NULL UNIQUE,
  job_id            TEXT    NOT NULL,             -- stays when the job is deleted
  model_type        TEXT    NOT NULL,             -- the registered name: a model type, or another
  number            INTEGER NOT NULL,             -- v<number>.0
  created_ms        INTEGER NOT NULL,
  metrics           TEXT    NOT NULL,             -- JSON
  size_mb           REAL    NOT NULL,
  bundeslaender     TEXT    NOT NULL,             -- JSON
  is_withheld       INTEGER NOT NULL DEFAULT 0,
  dataset_revision  INTEGER,                      -- NULL: from before revisions were kept
  dataset_documents INTEGER,
  dataset_given     TEXT,
  files             INTEGER NOT NULL DEFAULT 0,
  manifest_sha256   TEXT,
  source            TEXT,                         -- what a client registered; NULL: the job's completion did
  folder            TEXT,                         -- of the source's files among those of the job; NULL: see version_files
  UNIQUE (model_type, number)
) STRICT;
INSERT INTO new_versions (seq, id, job_id, model_type, number, created_ms, metrics, size_mb, bundeslaender, is_withheld,
  dataset_revision, dataset_documents, dataset_given, files, manifest_sha256)
SELECT seq, id, job_id, model_type, number, created_ms, metrics, size_mb, bundeslaender, is_withheld,
  dataset_revision, dataset_documents, dataset_given, files, manifest_sha256
FROM model_versions;

-- A row a name. Deferred: what a completion activates is inserted by the same transaction.
CREATE TABLE new_types (
  model_type  TEXT    PRIMARY KEY,
  last_number INTEGER NOT NULL,                   -- given or reserved
  versions    INTEGER NOT NULL,
  active_id   TEXT    REFERENCES new_versions (id) DEFERRABLE INITIALLY DEFERRED,
  activations INTEGER NOT NULL DEFAULT 0,
  created_ms  INTEGER NOT NULL DEFAULT 0,
  updated_ms  INTEGER NOT NULL DEFAULT 0,
  description TEXT    NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
INSERT INTO new_types (model_type, last_number, versions, active_id, activations)
SELECT model_type, last_number, versions, active_id, activations FROM model_types;

DROP TABLE model_types;
DROP TABLE model_versions;
ALTER TABLE new_versions RENAME TO model_versions;
ALTER TABLE new_types RENAME TO model_types;

CREATE INDEX model_versions_type ON model_versions (model_type);
CREATE INDEX model_versions_by_manifest ON model_versions (manifest_sha256, seq) WHERE manifest_sha256 IS NOT NULL;
-- One version a job of those that jobs complete; of those that clients register, one a name and source: a retry is not another.
CREATE UNIQUE INDEX model_versions_completed ON model_versions (job_id) WHERE source IS NULL;
CREATE UNIQUE INDEX model_versions_registered_by_job ON model_versions (job_id, model_type, source) WHERE source IS NOT NULL;

-- The number that a running job's own version is to have: its script was told. Kept afterwards; unused if the job does not
-- complete.
CREATE TABLE reserved_versions (
  job_id     TEXT    PRIMARY KEY,
  id         TEXT    NOT NULL UNIQUE,
  model_type TEXT    NOT NULL,
  number     INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  source     TEXT    NOT NULL,
  folder     TEXT    NOT NULL,
  UNIQUE (model_type, number)
) STRICT, WITHOUT ROWID;

CREATE VIEW running_jobs AS SELECT id FROM jobs WHERE status NOT IN ('completed', 'failed', 'cancelled');

CREATE TABLE version_aliases (
  model_type TEXT NOT NULL,
  alias      TEXT NOT NULL,
  version_id TEXT NOT NULL,
  PRIMARY KEY (model_type, alias)
) STRICT, WITHOUT ROWID;
CREATE INDEX version_aliases_by_version ON version_aliases (version_id);

-- Of a version by its id; of a name by `name:` and the name.
CREATE TABLE registry_tags (
  owner TEXT NOT NULL,
  key   TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (owner, key)
) STRICT, WITHOUT ROWID;

-- What clients have written of versions.
CREATE TABLE version_notes (
  version_id  TEXT    PRIMARY KEY,
  description TEXT    NOT NULL DEFAULT '',
  stage       TEXT    NOT NULL DEFAULT 'None',
  updated_ms  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER model_versions_registered AFTER INSERT ON model_versions BEGIN
  UPDATE model_types SET last_number = max(last_number, NEW.number), versions = versions + 1
  WHERE model_type = NEW.model_type;
  UPDATE job_counters SET versions = versions + 1;
END;
CREATE TRIGGER model_versions_deleted AFTER DELETE ON model_versions BEGIN
  UPDATE model_types SET versions = versions - 1 WHERE model_type = OLD.model_type;
  UPDATE job_counters SET versions = versions - 1;
  INSERT INTO deleted_versions VALUES (OLD.id) ON CONFLICT (id) DO NOTHING;
  DELETE FROM version_aliases WHERE version_id = OLD.id;
  DELETE FROM registry_tags WHERE owner = OLD.id;
  DELETE FROM version_notes WHERE version_id = OLD.id;
END;
