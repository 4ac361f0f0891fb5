-- A session of the console is found by the fingerprint of the secret in its cookie; those of the API have none.
ALTER TABLE sessions ADD COLUMN hash TEXT;
-- When it was last used, to the minute; only the console's sessions end by idling.
ALTER TABLE sessions ADD COLUMN seen_at BIGINT;
-- What the client calls itself, cut short.
ALTER TABLE sessions ADD COLUMN agent TEXT;
CREATE UNIQUE INDEX sessions_by_hash ON sessions (hash);
