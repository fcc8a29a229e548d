-- How often somebody has edited a job's name, notes or tags: apart from `revision`, which commands and streams go by. The log
-- of a job's object has as many events as both together; an older state never overwrites a newer one.
ALTER TABLE jobs ADD COLUMN edits INTEGER NOT NULL DEFAULT 0;
