-- Lists that were uploaded: what was told of them, and for a while their bytes, so that the remarks can come back
-- in the person's own workbook. `digest` is that of the bytes and of what they were imported as.
CREATE TABLE uploads (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    list TEXT NOT NULL CHECK (list IN ('projects', 'people', 'reports')),
    file_name TEXT,
    digest TEXT NOT NULL,
    applied BOOLEAN NOT NULL,
    remarks TEXT NOT NULL,
    content BYTEA,
    created_at BIGINT NOT NULL
);
CREATE INDEX uploads_by_account ON uploads (account_id, created_at, id);
CREATE INDEX uploads_by_digest ON uploads (account_id, digest);
CREATE INDEX uploads_by_time ON uploads (created_at);
