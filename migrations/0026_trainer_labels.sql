-- Lists find jobs by who trains them: a label like the others, of one letter (register/search-columns.ts). Rows without a summary are
-- older than runners.
UPDATE jobs SET labels = labels || char(10) || '=' || coalesce(substr(summary ->> '$.trainer.kind', 1, 1), 's') || char(10);
