-- The dataset as it was: a revision counts the changes of documents, and what a change replaces is kept with the revisions
-- between which it held. Triggers do it, so that no writer can forget it. src/dataset/revisions.ts reads these tables.
ALTER TABLE dataset_totals ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
-- The revision by which a document last lost its permission (or was deleted), or regained it.
ALTER TABLE dataset_totals ADD COLUMN permissions_revision INTEGER NOT NULL DEFAULT 0;
-- The first revision in which the document is as it is now. Documents of before are as they were from the beginning.
ALTER TABLE documents ADD COLUMN since_revision INTEGER NOT NULL DEFAULT 0;

-- How documents were while models could be trained on them.
CREATE TABLE document_history (
  id             TEXT    NOT NULL,
  title          TEXT    NOT NULL,
  bundesland     TEXT    NOT NULL,
  doc_type       TEXT    NOT NULL,
  chunks         INTEGER NOT NULL,
  source_url     TEXT,
  from_revision  INTEGER NOT NULL,            -- the first revision in which it was so
  until_revision INTEGER NOT NULL,            -- the first in which it no longer was
  is_withdrawn   INTEGER NOT NULL,            -- 1: today it has no permission, or is deleted
  PRIMARY KEY (id, until_revision)
) STRICT, WITHOUT ROWID;
-- A dataset that has hardly changed since is read by the former, any other by the latter.
CREATE INDEX document_history_since ON document_history (bundesland, until_revision);
CREATE INDEX document_history_bundesland ON document_history (bundesland, id, until_revision);
CREATE INDEX document_history_withdrawn ON document_history (until_revision, from_revision, bundesland)
  WHERE is_withdrawn = 1;

CREATE TRIGGER documents_revised_insert AFTER INSERT ON documents BEGIN
  UPDATE dataset_totals SET revision = revision + 1, permissions_revision = iif(
    NEW.training_allowed AND EXISTS (SELECT 1 FROM document_history WHERE id = NEW.id), revision + 1, permissions_revision);
  UPDATE document_history SET is_withdrawn = 0 WHERE id = NEW.id AND NEW.training_allowed;
  UPDATE documents SET since_revision = (SELECT revision FROM dataset_totals) WHERE id = NEW.id;
END;

CREATE TRIGGER documents_revised_update
AFTER UPDATE OF title, bundesland, doc_type, chunks, training_allowed, source_url ON documents
WHEN (OLD.title, OLD.bundesland, OLD.doc_type, OLD.chunks, OLD.training_allowed, OLD.source_url)
  IS NOT (NEW.title, NEW.bundesland, NEW.doc_type, NEW.chunks, NEW.training_allowed, NEW.source_url) BEGIN
  UPDATE dataset_totals SET revision = revision + 1, permissions_revision = iif(
    OLD.training_allowed <> NEW.training_allowed
      AND (OLD.training_allowed OR EXISTS (SELECT 1 FROM document_history WHERE id = NEW.id)),
    revision + 1, permissions_revision);
  UPDATE document_history SET is_withdrawn = 1 - NEW.training_allowed
  WHERE id = NEW.id AND OLD.training_allowed <> NEW.training_allowed;
  INSERT INTO document_history
  SELECT OLD.id, OLD.title, OLD.bundesland, OLD.doc_type, OLD.chunks, OLD.source_url, OLD.since_revision, revision,
    1 - NEW.training_allowed
  FROM dataset_totals WHERE OLD.training_allowed;
  UPDATE documents SET since_revision = (SELECT revision FROM dataset_totals) WHERE id = NEW.id;
END;

CREATE TRIGGER documents_revised_delete AFTER DELETE ON documents BEGIN
  UPDATE dataset_totals SET revision = revision + 1,
    permissions_revision = iif(OLD.training_allowed, revision + 1, permissions_revision);
  UPDATE document_history SET is_withdrawn = 1 WHERE id = OLD.id AND OLD.training_allowed;
  INSERT INTO document_history
  SELECT OLD.id, OLD.title, OLD.bundesland, OLD.doc_type, OLD.chunks, OLD.source_url, OLD.since_revision, revision, 1
  FROM dataset_totals WHERE OLD.training_allowed;
END;

-- The digest of what a job was given: of the documents of some Bundesländer as they were at a revision, without those that had
-- no permission at a later one.
CREATE TABLE dataset_digests (
  revision       INTEGER NOT NULL,
  bundeslaender  TEXT    NOT NULL,            -- codes, sorted, with commas between
  given_revision INTEGER NOT NULL,
  sha256         TEXT    NOT NULL,
  PRIMARY KEY (revision, bundeslaender, given_revision)
) STRICT, WITHOUT ROWID;

-- What a job's latest attempt was given, JSON: {"revision":7,"withdrawn":0,"sha256":"…"}; NULL: nothing yet.
ALTER TABLE jobs ADD COLUMN dataset_given TEXT;

-- What a version was trained on: the revision and the number of documents of its job, and what the last attempt was given.
ALTER TABLE model_versions ADD COLUMN dataset_revision INTEGER;   -- NULL: from before revisions were kept
ALTER TABLE model_versions ADD COLUMN dataset_documents INTEGER;
ALTER TABLE model_versions ADD COLUMN dataset_given TEXT;

DROP VIEW uncompleted_jobs;
CREATE VIEW uncompleted_jobs AS SELECT id, dataset_given FROM jobs WHERE status <> 'completed';
