-- What each creation asks is counted, so that it costs the same however many jobs hold a slot or wait for one.
ALTER TABLE job_counters ADD COLUMN held INTEGER NOT NULL DEFAULT 0;     -- jobs that hold a slot
ALTER TABLE job_counters ADD COLUMN waiting INTEGER NOT NULL DEFAULT 0;  -- jobs that wait for one
UPDATE job_counters SET
  held = (SELECT count(*) FROM jobs WHERE slot IS NOT NULL),
  waiting = (SELECT count(*) FROM jobs WHERE status = 'queued' AND slot IS NULL);

DROP TRIGGER jobs_counted_insert;
CREATE TRIGGER jobs_counted_insert AFTER INSERT ON jobs BEGIN
  UPDATE job_counters SET
    total = total + 1,
    completed = completed + (NEW.status = 'completed'),
    failed = failed + (NEW.status = 'failed'),
    held = held + (NEW.slot IS NOT NULL),
    waiting = waiting + (NEW.status = 'queued' AND NEW.slot IS NULL);
END;

DROP TRIGGER jobs_counted_update;
CREATE TRIGGER jobs_counted_update AFTER UPDATE OF status, slot ON jobs
WHEN (NEW.status = 'completed') <> (OLD.status = 'completed') OR (NEW.status = 'failed') <> (OLD.status = 'failed')
  OR (NEW.slot IS NULL) <> (OLD.slot IS NULL)
  OR (NEW.status = 'queued' AND NEW.slot IS NULL) <> (OLD.status = 'queued' AND OLD.slot IS NULL) BEGIN
  UPDATE job_counters SET
    completed = completed + (NEW.status = 'completed') - (OLD.status = 'completed'),
    failed = failed + (NEW.status = 'failed') - (OLD.status = 'failed'),
    held = held + (NEW.slot IS NOT NULL) - (OLD.slot IS NOT NULL),
    waiting = waiting
      + (NEW.status = 'queued' AND NEW.slot IS NULL)
      - (OLD.status = 'queued' AND OLD.slot IS NULL);
END;

DROP TRIGGER jobs_counted_delete;
CREATE TRIGGER jobs_counted_delete AFTER DELETE ON jobs BEGIN
  UPDATE job_counters SET
    total = total - 1,
    completed = completed - (OLD.status = 'completed'),
    failed = failed - (OLD.status = 'failed'),
    held = held - (OLD.slot IS NOT NULL),
    waiting = waiting - (OLD.status = 'queued' AND OLD.slot IS NULL);
END;

-- Slots are counted, no longer numbered: `slot` is 1 while the job holds one. Rows from before keep their numbers.
DROP INDEX jobs_slot;
CREATE INDEX jobs_slot ON jobs (seq) WHERE slot IS NOT NULL;

-- What creation decided about a job, and what has become of it, both JSON; `summary` names the version of its shape (v). NULL in
-- rows of before, whose `snapshot` holds the job as the API showed it; in new ones that is empty.
ALTER TABLE jobs ADD COLUMN spec TEXT;
ALTER TABLE jobs ADD COLUMN summary TEXT;

-- A paused job's object is asked once a day whether the register still has it right.
UPDATE jobs SET wake_by_ms = (unixepoch() + 86400) * 1000 WHERE status = 'paused' AND wake_by_ms IS NULL;

-- A version that was lost and is registered again, with the number it had, is put into use only if it is newer than the one
-- that is; and no number is given twice.
DROP TRIGGER model_versions_registered;
CREATE TRIGGER model_versions_registered AFTER INSERT ON model_versions BEGIN
  UPDATE model_types SET
    last_number = max(last_number, NEW.number),
    versions = versions + 1,
    activations = activations + 1,
    active_id = NEW.id
  WHERE model_type = NEW.model_type
    AND NEW.number > coalesce((SELECT number FROM model_versions WHERE id = active_id), 0);
  UPDATE model_types SET
    last_number = max(last_number, NEW.number),
    versions = versions + 1
  WHERE model_type = NEW.model_type AND active_id IS NOT NEW.id;
END;
