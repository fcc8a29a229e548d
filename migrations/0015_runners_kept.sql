-- Noting that a runner still waits, all ten minutes, writes a row, not its index, too: when to forget a runner is looked up once a day.
ALTER TABLE runners ADD COLUMN forget_ms INTEGER NOT NULL DEFAULT 0;  -- unless it was seen in the day before
UPDATE runners SET forget_ms = seen_ms + 86400000;
DROP INDEX runners_by_time;
CREATE INDEX runners_by_forgetting ON runners (forget_ms);
