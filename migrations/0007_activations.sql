-- How often the active version of a type has changed: what the ETags of its versions carry. Not the active version's id,
-- which is the same again once a version that was replaced is activated anew.
ALTER TABLE model_types ADD COLUMN activations INTEGER NOT NULL DEFAULT 0;

DROP TRIGGER model_versions_registered;
CREATE TRIGGER model_versions_registered AFTER INSERT ON model_versions BEGIN
  UPDATE model_types SET
    last_number = NEW.number,
    versions = versions + 1,
    active_id = NEW.id,
    activations = activations + 1
  WHERE model_type = NEW.model_type;
END;
