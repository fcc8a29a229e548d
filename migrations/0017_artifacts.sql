-- Files in R2. src/artifacts/ledger.ts is the only file that names these tables.

-- Keys that the job which wrote them no longer lists. They are deleted from R2 once nobody else has them.
CREATE TABLE garbage (
  key    TEXT PRIMARY KEY,
  r2_id  TEXT,     -- of a multipart upload that is to be aborted
  due_ms INTEGER   -- when it may be deleted, Unix ms; NULL: a model version or another job has it
) STRICT, WITHOUT ROWID;
CREATE INDEX garbage_due ON garbage (due_ms) WHERE due_ms IS NOT NULL;

-- The files that model versions own. Equal ones are stored once: several versions may have the same key.
CREATE TABLE version_files (
  version_id TEXT    NOT NULL,
  path       TEXT    NOT NULL,  -- within the model's folder
  size       INTEGER NOT NULL,
  sha256     TEXT    NOT NULL,
  type       TEXT    NOT NULL,
  key        TEXT    NOT NULL,
  is_proven  INTEGER NOT NULL,  -- whether the digest was computed over the bytes, not only announced
  PRIMARY KEY (version_id, path)
) STRICT, WITHOUT ROWID;
CREATE INDEX version_files_by_key ON version_files (key);
CREATE INDEX version_files_by_content ON version_files (sha256, size) WHERE is_proven = 1;

-- The files of another job's checkpoint, from which a job goes on: held for it from its creation on.
CREATE TABLE held_files (
  job_id    TEXT    NOT NULL,
  path      TEXT    NOT NULL,
  size      INTEGER NOT NULL,
  sha256    TEXT    NOT NULL,
  type      TEXT    NOT NULL,
  key       TEXT    NOT NULL,
  is_proven INTEGER NOT NULL,
  PRIMARY KEY (job_id, path)
) STRICT, WITHOUT ROWID;
CREATE INDEX held_files_by_key ON held_files (key);

-- Files that are held for a job which is not registered yet: released if it never is.
CREATE TABLE pending_holds (
  job_id   TEXT    PRIMARY KEY,
  until_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX pending_holds_by_time ON pending_holds (until_ms);

-- What a version's files come to. `manifest_sha256`: over the sorted lines `sha256 size path`; NULL: it has none.
ALTER TABLE model_versions ADD COLUMN files INTEGER NOT NULL DEFAULT 0;
ALTER TABLE model_versions ADD COLUMN manifest_sha256 TEXT;
CREATE INDEX model_versions_by_manifest ON model_versions (manifest_sha256, seq) WHERE manifest_sha256 IS NOT NULL;
