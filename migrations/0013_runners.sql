-- Jobs that runners train: which may be claimed, since when, and which claim has one.
ALTER TABLE jobs ADD COLUMN offered_ms INTEGER;  -- Unix ms; NULL: it may not be claimed
ALTER TABLE jobs ADD COLUMN claim_id TEXT;       -- of the live attempt; NULL: there is none

CREATE INDEX jobs_offered ON jobs (offered_ms, seq) WHERE offered_ms IS NOT NULL;
CREATE INDEX jobs_claimed ON jobs (claim_id) WHERE claim_id IS NOT NULL;

-- Jobs that runners trained and that were deleted since: a late runner learns so for a week.
CREATE TABLE deleted_jobs (
  id         TEXT    PRIMARY KEY,
  deleted_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX deleted_jobs_by_time ON deleted_jobs (deleted_ms);

-- A version whose completion crossed a request to cancel is registered, but not put into use.
ALTER TABLE model_versions ADD COLUMN is_withheld INTEGER NOT NULL DEFAULT 0;

DROP TRIGGER model_versions_registered;
CREATE TRIGGER model_versions_registered AFTER INSERT ON model_versions BEGIN
  UPDATE model_types SET
    last_number = max(last_number, NEW.number),
    versions = versions + 1,
    activations = activations + 1,
    active_id = NEW.id
  WHERE model_type = NEW.model_type AND NOT NEW.is_withheld
    AND NEW.number > coalesce((SELECT number FROM model_versions WHERE id = active_id), 0);
  UPDATE model_types SET
    last_number = max(last_number, NEW.number),
    versions = versions + 1
  WHERE model_type = NEW.model_type AND active_id IS NOT NEW.id;
END;

-- The runners that have asked for a job within a day, and what they do.
CREATE TABLE runners (
  actor   TEXT    NOT NULL,  -- whose credential it uses
  name    TEXT    NOT NULL,  -- the one it gives itself
  version TEXT,
  labels  TEXT    NOT NULL,  -- what it says of itself; JSON
  seen_ms INTEGER NOT NULL,  -- to ten minutes
  job_id  TEXT,              -- NULL: it waits for one
  PRIMARY KEY (actor, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX runners_by_time ON runners (seen_ms);
CREATE INDEX runners_by_job ON runners (job_id) WHERE job_id IS NOT NULL;
