-- Tokens can have the role runner, too. The column is replaced in place, not the table, so that no id is given again.
ALTER TABLE api_tokens RENAME COLUMN role TO former_role;
ALTER TABLE api_tokens ADD COLUMN role TEXT NOT NULL DEFAULT 'viewer'
  CHECK (role IN ('viewer', 'operator', 'admin', 'runner'));
UPDATE api_tokens SET role = former_role;
ALTER TABLE api_tokens DROP COLUMN former_role;
