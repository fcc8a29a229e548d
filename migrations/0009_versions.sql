-- The versions that somebody deleted: a job whose row was lost and comes back registers none of them again.
CREATE TABLE deleted_versions (
  id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- Versions outlive their jobs, so they are counted for themselves, beside what else a creation asks.
ALTER TABLE job_counters ADD COLUMN versions INTEGER NOT NULL DEFAULT 0;
UPDATE job_counters SET versions = (SELECT count(*) FROM model_versions);

CREATE TRIGGER model_versions_counted AFTER INSERT ON model_versions BEGIN
  UPDATE job_counters SET versions = versions + 1;
END;

DROP TRIGGER model_versions_deleted;
CREATE TRIGGER model_versions_deleted AFTER DELETE ON model_versions BEGIN
  UPDATE model_types SET versions = versions - 1 WHERE model_type = OLD.model_type;
  UPDATE job_counters SET versions = versions - 1;
  INSERT INTO deleted_versions VALUES (OLD.id) ON CONFLICT (id) DO NOTHING;
END;
