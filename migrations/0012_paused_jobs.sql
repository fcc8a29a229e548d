-- A paused job can wait for a slot, too. One queue: who has waited longest is first, whether new or to be resumed.
ALTER TABLE jobs ADD COLUMN waits_ms INTEGER;  -- Unix ms since when the job waits; NULL in rows of before, which go first

DROP INDEX jobs_waiting;
CREATE INDEX jobs_waiting ON jobs (slot, waits_ms)
  WHERE slot IS NULL AND (status = 'queued' OR (status = 'paused' AND waits_ms IS NOT NULL));

-- Which job was paused last, by the time of its last event.
CREATE INDEX jobs_paused ON jobs (status, json_extract(summary, '$.changedMs')) WHERE status = 'paused';

DROP TRIGGER jobs_counted_insert;
CREATE TRIGGER jobs_counted_insert AFTER INSERT ON jobs BEGIN
  UPDATE job_counters SET
    total = total + 1,
    completed = completed + (NEW.status = 'completed'),
    failed = failed + (NEW.status = 'failed'),
    held = held + (NEW.slot IS NOT NULL),
    waiting = waiting
      + (NEW.slot IS NULL AND (NEW.status = 'queued' OR (NEW.status = 'paused' AND NEW.waits_ms IS NOT NULL)));
END;

DROP TRIGGER jobs_counted_update;
CREATE TRIGGER jobs_counted_update AFTER UPDATE OF status, slot, waits_ms ON jobs
WHEN (NEW.status = 'completed') <> (OLD.status = 'completed') OR (NEW.status = 'failed') <> (OLD.status = 'failed')
  OR (NEW.slot IS NULL) <> (OLD.slot IS NULL)
  OR (NEW.slot IS NULL AND (NEW.status = 'queued' OR (NEW.status = 'paused' AND NEW.waits_ms IS NOT NULL)))
    <> (OLD.slot IS NULL AND (OLD.status = 'queued' OR (OLD.status = 'paused' AND OLD.waits_ms IS NOT NULL))) BEGIN
  UPDATE job_counters SET
    completed = completed + (NEW.status = 'completed') - (OLD.status = 'completed'),
    failed = failed + (NEW.status = 'failed') - (OLD.status = 'failed'),
    held = held + (NEW.slot IS NOT NULL) - (OLD.slot IS NOT NULL),
    waiting = waiting
      + (NEW.slot IS NULL AND (NEW.status = 'queued' OR (NEW.status = 'paused' AND NEW.waits_ms IS NOT NULL)))
      - (OLD.slot IS NULL AND (OLD.status = 'queued' OR (OLD.status = 'paused' AND OLD.waits_ms IS NOT NULL)));
END;

DROP TRIGGER jobs_counted_delete;
CREATE TRIGGER jobs_counted_delete AFTER DELETE ON jobs BEGIN
  UPDATE job_counters SET
    total = total - 1,
    completed = completed - (OLD.status = 'completed'),
    failed = failed - (OLD.status = 'failed'),
    held = held - (OLD.slot IS NOT NULL),
    waiting = waiting
      - (OLD.slot IS NULL AND (OLD.status = 'queued' OR (OLD.status = 'paused' AND OLD.waits_ms IS NOT NULL)));
END;
