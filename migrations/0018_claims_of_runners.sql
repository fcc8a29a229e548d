-- By which claim a runner has its job: once the job is in other hands, or gone, it no longer has it.
ALTER TABLE runners ADD COLUMN claim_id TEXT;
UPDATE runners SET claim_id = (SELECT claim_id FROM jobs WHERE id = job_id);
DROP INDEX runners_by_job;
CREATE INDEX runners_by_claim ON runners (claim_id) WHERE claim_id IS NOT NULL;
