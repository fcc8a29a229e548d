-- What lists of jobs are sorted and searched by. Both columns are written when a job is created, and when somebody edits it.
ALTER TABLE jobs ADD COLUMN search_name TEXT NOT NULL DEFAULT '';  -- the folded name (platform/fold.ts)
ALTER TABLE jobs ADD COLUMN labels TEXT NOT NULL DEFAULT '';       -- who created it (register/search-columns.ts)

-- Rows of before: SQLite folds ASCII alone, so the letters of German and its neighbours are replaced one by one.
UPDATE jobs SET
  search_name = lower(
    replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(
    replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(
      coalesce(spec ->> '$.config.name', snapshot ->> '$.name', ''),
      'ä', 'a'), 'Ä', 'a'), 'ö', 'o'), 'Ö', 'o'), 'ü', 'u'), 'Ü', 'u'), 'ß', 'ss'), 'ẞ', 'ss'), 'é', 'e'), 'É', 'e'),
      'è', 'e'), 'È', 'e'), 'ê', 'e'), 'Ê', 'e'), 'ë', 'e'), 'Ë', 'e'), 'à', 'a'), 'À', 'a'), 'â', 'a'), 'Â', 'a'),
      'á', 'a'), 'Á', 'a'), 'ç', 'c'), 'Ç', 'c'), 'î', 'i'), 'ï', 'i'), 'ô', 'o'), 'ñ', 'n')),
  labels = coalesce(char(10) || '@' || coalesce(spec ->> '$.createdBy', snapshot ->> '$.created_by') || char(10), '');

CREATE INDEX jobs_name ON jobs (search_name);  -- and by seq where names are the same

-- Finds jobs by any three characters on end. Holds no text of its own: `jobs` has it.
CREATE VIRTUAL TABLE job_search USING fts5(
  search_name, labels, content = '', contentless_delete = 1, tokenize = 'trigram case_sensitive 1'
);
INSERT INTO job_search (rowid, search_name, labels) SELECT seq, search_name, labels FROM jobs;

CREATE TRIGGER jobs_searched_insert AFTER INSERT ON jobs BEGIN
  INSERT INTO job_search (rowid, search_name, labels) VALUES (NEW.seq, NEW.search_name, NEW.labels);
END;

CREATE TRIGGER jobs_searched_update AFTER UPDATE OF search_name, labels ON jobs
WHEN (NEW.search_name, NEW.labels) <> (OLD.search_name, OLD.labels) BEGIN
  UPDATE job_search SET search_name = NEW.search_name, labels = NEW.labels WHERE rowid = NEW.seq;
END;

CREATE TRIGGER jobs_searched_delete AFTER DELETE ON jobs BEGIN
  DELETE FROM job_search WHERE rowid = OLD.seq;
END;
