-- Versions of a project's one schedule: who put it, and why. Its milestones are rows of their own, kept from
-- version to version; `version` moves with every change to any of them.
CREATE TABLE schedules (
    id TEXT NOT NULL PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id),
    number BIGINT NOT NULL,
    reason TEXT,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    UNIQUE (project_id, number)
);

-- The baseline is frozen at launch, or when the milestone joins a project under dispatch. What is taken out of
-- the schedule stays on record.
CREATE TABLE milestones (
    id TEXT NOT NULL PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id),
    position BIGINT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('start', 'structure', 'equipment', 'completion', 'production', 'other')),
    weight BIGINT NOT NULL CHECK (weight BETWEEN 0 AND 100),
    critical BOOLEAN NOT NULL,
    baseline_on DATE,
    due_on DATE NOT NULL,
    forecast_on DATE,
    done_on DATE,
    moves BIGINT NOT NULL CHECK (moves >= 0),
    removed_at BIGINT
);
CREATE INDEX milestones_by_project ON milestones (project_id, position, id);

CREATE TABLE date_changes (
    id TEXT NOT NULL PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id),
    milestone_id TEXT NOT NULL REFERENCES milestones (id),
    from_on DATE NOT NULL,
    due_on DATE NOT NULL,
    reason TEXT NOT NULL,
    level TEXT NOT NULL CHECK (level IN ('county', 'city', 'province')),
    state TEXT NOT NULL CHECK (state IN ('open', 'granted', 'refused')),
    asked_by TEXT REFERENCES accounts (id),
    asked_at BIGINT NOT NULL,
    decided_by TEXT REFERENCES accounts (id),
    decided_at BIGINT,
    decision_reason TEXT,
    CHECK ((state = 'open') = (decided_at IS NULL)),
    CHECK (asked_by <> decided_by)
);
CREATE UNIQUE INDEX date_changes_open ON date_changes (milestone_id) WHERE state = 'open';
CREATE INDEX date_changes_by_time ON date_changes (asked_at, id);
CREATE INDEX date_changes_by_state ON date_changes (state, asked_at, id);
CREATE INDEX date_changes_by_project ON date_changes (project_id, state);
