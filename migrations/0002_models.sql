-- The registry of model versions. src/models/registry.ts is the only file that names these tables.
CREATE TABLE model_versions (
  seq           INTEGER PRIMARY KEY,          -- order of registration; lists go from high to low
  id            TEXT    NOT NULL UNIQUE,
  job_id        TEXT    NOT NULL UNIQUE,      -- one version a job; stays when the job is deleted
  model_type    TEXT    NOT NULL,
  number        INTEGER NOT NULL,             -- v<number>.0
  created_ms    INTEGER NOT NULL,
  metrics       TEXT    NOT NULL,             -- JSON
  size_mb       REAL    NOT NULL,
  bundeslaender TEXT    NOT NULL,             -- JSON
  UNIQUE (model_type, number)
) STRICT;

CREATE INDEX model_versions_type ON model_versions (model_type);

-- One row a type: the active version is a column here, so there cannot be two, and numbers are never given twice.
CREATE TABLE model_types (
  model_type  TEXT    PRIMARY KEY,
  last_number INTEGER NOT NULL,
  versions    INTEGER NOT NULL,
  active_id   TEXT    REFERENCES model_versions (id)
) STRICT, WITHOUT ROWID;
INSERT INTO model_types VALUES ('zeugnis', 0, 0, NULL), ('klausur', 0, 0, NULL), ('general', 0, 0, NULL);

CREATE TRIGGER model_versions_registered AFTER INSERT ON model_versions BEGIN
  UPDATE model_types SET last_number = NEW.number, versions = versions + 1, active_id = NEW.id
  WHERE model_type = NEW.model_type;
END;

CREATE TRIGGER model_versions_deleted AFTER DELETE ON model_versions BEGIN
  UPDATE model_types SET versions = versions - 1 WHERE model_type = OLD.model_type;
END;
