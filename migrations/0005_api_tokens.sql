-- Who is let in by a token. src/auth/token-store.ts is the only file that names it. A revoked token's row is gone; its
-- number is never given again, since sessions name it.
CREATE TABLE api_tokens (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  hash         TEXT    NOT NULL UNIQUE,       -- SHA-256 of the token, in hex; the token itself is nowhere
  name         TEXT    NOT NULL UNIQUE,
  role         TEXT    NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
  created_ms   INTEGER NOT NULL,
  created_by   TEXT    NOT NULL,
  expires_ms   INTEGER,                       -- NULL: never
  last_used_ms INTEGER                        -- at most an hour old; NULL: not yet
) STRICT;
