-- Lists find jobs by the runner whose attempt they show and by what is the matter with them, which are labels like creator and tags
-- (register/search-columns.ts). Rows of before get those that follow from what they hold.
UPDATE jobs SET labels = labels || runner || waiting || silent || stalled
FROM (
  SELECT seq AS of_job,
    coalesce(char(10) || '>' || (attempt ->> '$.runner') || char(10), '') AS runner,
    iif(status = 'queued' OR waits_ms IS NOT NULL OR offered_ms IS NOT NULL OR (is_live AND is_runner AND attempt ->> '$.lostMs' IS NOT NULL),
      char(10) || '!waiting' || char(10), '') AS waiting,
    iif(is_live AND attempt ->> '$.silentSinceMs' IS NOT NULL, char(10) || '!silent' || char(10), '') AS silent,
    iif(is_live AND attempt ->> '$.stalledSinceMs' IS NOT NULL, char(10) || '!stalled' || char(10), '') AS stalled
  FROM (
    SELECT seq, status, waits_ms, offered_ms, attempt,
      coalesce(attempt ->> '$.confirmedMs' IS NOT NULL AND attempt ->> '$.end' IS NULL, 0) AS is_live,
      summary ->> '$.trainer.kind' IS 'runner' AS is_runner
    FROM (SELECT seq, status, waits_ms, offered_ms, summary, summary -> '$.attempts.all[0]' AS attempt FROM jobs)
    WHERE attempt IS NOT NULL OR status = 'queued' OR waits_ms IS NOT NULL OR offered_ms IS NOT NULL
  )
)
WHERE seq = of_job;
