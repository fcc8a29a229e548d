-- What became of runners: since when each does what it does, whether it has ended, and the job that it had last.
ALTER TABLE runners ADD COLUMN since_ms INTEGER;  -- since when it waits, has its job, or has ended; NULL: since seen_ms
ALTER TABLE runners ADD COLUMN left_ms INTEGER;   -- when it said that it ends; NULL: it has not
ALTER TABLE runners ADD COLUMN job_name TEXT;     -- of job_id, as it was called when it was claimed
ALTER TABLE runners ADD COLUMN ended TEXT;        -- how its attempt at job_id has ended, as it said; NULL: it has not said so
