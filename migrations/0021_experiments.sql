-- What scripts that use MLflow call their experiments. The default one and those of the model types have fixed ids.
CREATE TABLE experiments (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  name       TEXT    NOT NULL UNIQUE,
  created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL,
  is_deleted INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO experiments (id, name, created_ms, updated_ms) VALUES
  (0, 'Default', 0, 0), (1, 'zeugnis', 0, 0), (2, 'klausur', 0, 0), (3, 'general', 0, 0);

-- The experiment of a run that a script has opened; NULL: the job is of its model type's.
ALTER TABLE jobs ADD COLUMN experiment_id INTEGER;
CREATE INDEX jobs_experiment ON jobs (experiment_id, seq) WHERE experiment_id IS NOT NULL;
