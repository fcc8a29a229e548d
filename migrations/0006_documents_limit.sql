-- Asks whether the dataset has at most so many documents; aborts the transaction when it has more.
CREATE VIEW dataset_documents_limit AS SELECT 0 AS documents_max WHERE false;

CREATE TRIGGER dataset_documents_limited INSTEAD OF INSERT ON dataset_documents_limit
WHEN (SELECT documents FROM dataset_totals) > NEW.documents_max BEGIN
  SELECT RAISE(ABORT, 'too_many_documents');
END;
