-- The job whose script has created a name, and may describe and tag it: its token speaks for no other one. NULL: a person has, or it
-- is a model type.
ALTER TABLE model_types ADD COLUMN made_by_job TEXT;
