-- The documents that models may be trained on. src/dataset/documents.ts is the only file that names these tables.
CREATE TABLE documents (
  id               TEXT    PRIMARY KEY,
  title            TEXT    NOT NULL,
  bundesland       TEXT    NOT NULL CHECK (bundesland IN (
    'BW', 'BY', 'BE', 'BB', 'HB', 'HH', 'HE', 'MV', 'NI', 'NW', 'RP', 'SL', 'SN', 'ST', 'SH', 'TH')),
  doc_type         TEXT    NOT NULL,
  chunks           INTEGER NOT NULL CHECK (chunks >= 0),
  training_allowed INTEGER NOT NULL CHECK (training_allowed IN (0, 1)),
  source_url       TEXT
) STRICT, WITHOUT ROWID;

-- One index for each combination of filters, so that a page is read without skipping a row.
CREATE INDEX documents_allowed ON documents (training_allowed, id);
CREATE INDEX documents_bundesland ON documents (bundesland, training_allowed, id);
CREATE INDEX documents_type ON documents (doc_type, training_allowed, id);
CREATE INDEX documents_bundesland_type ON documents (bundesland, doc_type, training_allowed, id);

-- One row, so that statistics cost the same with ten documents and with a million.
CREATE TABLE dataset_totals (
  id               INTEGER PRIMARY KEY CHECK (id = 1),
  documents        INTEGER NOT NULL,
  chunks           INTEGER NOT NULL,
  training_allowed INTEGER NOT NULL,
  by_bundesland    TEXT    NOT NULL           -- JSON: {"BW":{"documents":0,"training_allowed":0},…}, all 16
) STRICT;
INSERT INTO dataset_totals
SELECT 1, 0, 0, 0, json_group_object(value, json_object('documents', 0, 'training_allowed', 0))
FROM json_each('["BW","BY","BE","BB","HB","HH","HE","MV","NI","NW","RP","SL","SN","ST","SH","TH"]');

CREATE TABLE dataset_doc_types (
  doc_type  TEXT    PRIMARY KEY,
  documents INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Counts a document in (sign 1) or out (sign -1). Holds no row: its trigger does the counting, in this one place.
CREATE VIEW dataset_count AS
SELECT 0 AS sign, bundesland, doc_type, chunks, training_allowed FROM documents WHERE false;

CREATE TRIGGER dataset_counted INSTEAD OF INSERT ON dataset_count BEGIN
  UPDATE dataset_totals SET
    documents = documents + NEW.sign,
    chunks = chunks + NEW.sign * NEW.chunks,
    training_allowed = training_allowed + NEW.sign * NEW.training_allowed,
    by_bundesland = json_set(by_bundesland,
      '$.' || NEW.bundesland || '.documents',
      by_bundesland ->> ('$.' || NEW.bundesland || '.documents') + NEW.sign,
      '$.' || NEW.bundesland || '.training_allowed',
      by_bundesland ->> ('$.' || NEW.bundesland || '.training_allowed') + NEW.sign * NEW.training_allowed);
  INSERT INTO dataset_doc_types VALUES (NEW.doc_type, NEW.sign)
  ON CONFLICT (doc_type) DO UPDATE SET documents = documents + excluded.documents;
  DELETE FROM dataset_doc_types WHERE doc_type = NEW.doc_type AND documents = 0;
END;

CREATE TRIGGER documents_counted_insert AFTER INSERT ON documents BEGIN
  INSERT INTO dataset_count VALUES (1, NEW.bundesland, NEW.doc_type, NEW.chunks, NEW.training_allowed);
END;

CREATE TRIGGER documents_counted_update AFTER UPDATE ON documents
WHEN (OLD.bundesland, OLD.doc_type, OLD.chunks, OLD.training_allowed)
  <> (NEW.bundesland, NEW.doc_type, NEW.chunks, NEW.training_allowed) BEGIN
  INSERT INTO dataset_count VALUES (-1, OLD.bundesland, OLD.doc_type, OLD.chunks, OLD.training_allowed);
  INSERT INTO dataset_count VALUES (1, NEW.bundesland, NEW.doc_type, NEW.chunks, NEW.training_allowed);
END;

CREATE TRIGGER documents_counted_delete AFTER DELETE ON documents BEGIN
  INSERT INTO dataset_count VALUES (-1, OLD.bundesland, OLD.doc_type, OLD.chunks, OLD.training_allowed);
END;

-- Asks whether the dataset has at most so many types; aborts the transaction when it has more.
CREATE VIEW dataset_doc_types_limit AS SELECT 0 AS doc_types_max WHERE false;

CREATE TRIGGER dataset_doc_types_limited INSTEAD OF INSERT ON dataset_doc_types_limit
WHEN (SELECT count(*) FROM dataset_doc_types) > NEW.doc_types_max BEGIN
  SELECT RAISE(ABORT, 'too_many_doc_types');
END;
