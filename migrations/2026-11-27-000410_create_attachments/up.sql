-- One row per file that hangs on a report, a plan, a blocker or an approval. Nothing deletes those, so that no row
-- ever loses its subject; the file itself lies in the folder beside the database, or in attachment_pieces.
CREATE TABLE attachments (
    id TEXT NOT NULL PRIMARY KEY,
    subject TEXT NOT NULL CHECK (subject IN ('report', 'plan', 'blocker', 'approval')),
    subject_id TEXT NOT NULL,
    project_id TEXT NOT NULL REFERENCES projects (id),
    -- The version of the subject it belongs to; once that is handed in the file stays for good.
    version BIGINT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    bytes BIGINT NOT NULL CHECK (bytes > 0),
    sha256 TEXT NOT NULL,
    kept_in TEXT NOT NULL CHECK (kept_in IN ('folder', 'database')),
    attached_by TEXT REFERENCES accounts (id),
    attached_at BIGINT NOT NULL
);
CREATE INDEX attachments_by_subject ON attachments (subject, subject_id, id);
-- The same file hangs on a subject once.
CREATE UNIQUE INDEX attachments_once ON attachments (subject, subject_id, sha256);

-- A file kept in the database, in pieces that are read and written one at a time. SQLite takes the name of the
-- type as it is.
CREATE TABLE attachment_pieces (
    attachment_id TEXT NOT NULL REFERENCES attachments (id),
    number BIGINT NOT NULL,
    bytes BYTEA NOT NULL,
    PRIMARY KEY (attachment_id, number)
);
