-- One row per difficulty: one cause, one authority, one place. `next_due_on` is 9999-12-31 while nothing
-- is due; the due days are copies of what the history says, for lists.
CREATE TABLE blockers (
    id TEXT NOT NULL PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id),
    region TEXT NOT NULL,
    level TEXT NOT NULL CHECK (level IN ('county', 'city', 'province')),
    -- The region of the level reached, in which the department is looked for.
    holder_region TEXT NOT NULL,
    category TEXT NOT NULL,
    title TEXT NOT NULL,
    cause TEXT NOT NULL,
    severity TEXT NOT NULL CHECK (severity IN ('normal', 'critical')),
    side TEXT CHECK (side IN ('government', 'enterprise', 'third_party', 'force_majeure')),
    department TEXT NOT NULL,
    milestone_id TEXT,
    days_at_risk BIGINT CHECK (days_at_risk >= 0),
    wished_outcome TEXT,
    state TEXT NOT NULL CHECK (state IN ('raised', 'accepted', 'in_progress', 'paused', 'resolved', 'closed',
        'returned', 'withdrawn')),
    handler_id TEXT REFERENCES accounts (id),
    plan TEXT,
    promised_on DATE,
    outcome TEXT,
    document TEXT,
    raised_by TEXT NOT NULL,
    raised_at BIGINT NOT NULL,
    accepted_on DATE,
    resolved_on DATE,
    closed_on DATE,
    was_returned BOOLEAN NOT NULL,
    next_due_on DATE NOT NULL,
    accept_due_on DATE,
    reply_due_on DATE,
    resolve_due_on DATE,
    confirm_due_on DATE,
    version BIGINT NOT NULL,
    CHECK (state <> 'closed' OR (outcome IS NOT NULL AND resolved_on IS NOT NULL AND closed_on IS NOT NULL))
);
CREATE INDEX blockers_by_due ON blockers (next_due_on, id);
CREATE INDEX blockers_by_state ON blockers (state, next_due_on, id);
CREATE INDEX blockers_by_region ON blockers (region);
CREATE INDEX blockers_by_project ON blockers (project_id, next_due_on, id);
CREATE INDEX blockers_by_department ON blockers (department, holder_region, state);

-- What was done to a blocker, in order; the number is the version the deed led to.
CREATE TABLE blocker_events (
    blocker_id TEXT NOT NULL REFERENCES blockers (id),
    number BIGINT NOT NULL,
    deed TEXT NOT NULL,
    at BIGINT NOT NULL,
    on_day DATE NOT NULL,
    actor_id TEXT,
    actor_name TEXT NOT NULL,
    facts TEXT NOT NULL,
    PRIMARY KEY (blocker_id, number)
);
