DROP INDEX sessions_by_hash;
ALTER TABLE sessions DROP COLUMN agent;
ALTER TABLE sessions DROP COLUMN seen_at;
ALTER TABLE sessions DROP COLUMN hash;
