-- One report per project and quarter. What is handed in lies in report_versions and never changes;
-- the row says which version is in force and carries the draft of the next one.
CREATE TABLE reports (
    id TEXT NOT NULL PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id),
    quarter TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'accepted', 'returned')),
    -- The version in force; 0 until something was handed in.
    number BIGINT NOT NULL CHECK (number >= 0),
    draft TEXT,
    first_submitted_at BIGINT,
    submitted_at BIGINT,
    -- Judged at the first submission; late stays late.
    late BOOLEAN,
    filed_by TEXT REFERENCES accounts (id),
    reviewed_by TEXT REFERENCES accounts (id),
    reviewed_at BIGINT,
    -- A correction that is granted and not handed in yet.
    correction_reason TEXT,
    correction_by TEXT REFERENCES accounts (id),
    correction_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    UNIQUE (project_id, quarter),
    CHECK ((state = 'draft') = (number = 0)),
    CHECK ((number = 0) = (first_submitted_at IS NULL)),
    CHECK ((number = 0) = (submitted_at IS NULL)),
    CHECK ((number = 0) = (late IS NULL)),
    CHECK (number > 0 OR draft IS NOT NULL)
);
CREATE INDEX reports_by_quarter ON reports (quarter, state, project_id);

CREATE TABLE report_versions (
    id TEXT NOT NULL PRIMARY KEY,
    report_id TEXT NOT NULL REFERENCES reports (id),
    number BIGINT NOT NULL CHECK (number > 0),
    content TEXT NOT NULL,
    submitted_at BIGINT NOT NULL,
    filed_by TEXT REFERENCES accounts (id),
    version_reason TEXT,
    outcome TEXT CHECK (outcome IN ('accepted', 'returned')),
    -- JSON list of what was wrong where, when it was returned.
    reasons TEXT,
    reviewed_by TEXT REFERENCES accounts (id),
    reviewed_at BIGINT,
    UNIQUE (report_id, number),
    CHECK ((outcome IS NULL) = (reviewed_at IS NULL))
);
