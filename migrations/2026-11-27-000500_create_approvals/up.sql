-- One row per item of the catalogue in a project's approval network. `next_due_on` is 9999-12-31 while
-- nothing is due; it is a copy of what the history says, for lists.
CREATE TABLE approvals (
    id TEXT NOT NULL PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id),
    item TEXT NOT NULL,
    -- Its place in the order of the procedure.
    position BIGINT NOT NULL,
    department TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('not_submitted', 'submitted', 'accepted', 'supplement', 'granted', 'refused',
        'not_applicable', 'committed')),
    submitted_on DATE,
    accepted_on DATE,
    finished_on DATE,
    due_on DATE,
    document TEXT,
    reason TEXT,
    missing TEXT,
    next_due_on DATE NOT NULL,
    version BIGINT NOT NULL,
    UNIQUE (project_id, item),
    CHECK (state <> 'committed' OR (missing IS NOT NULL AND due_on IS NOT NULL)),
    CHECK (state <> 'not_applicable' OR reason IS NOT NULL),
    CHECK (state NOT IN ('accepted', 'supplement') OR accepted_on IS NOT NULL)
);
CREATE INDEX approvals_by_due ON approvals (next_due_on, id);
CREATE INDEX approvals_by_state ON approvals (state, next_due_on, id);
CREATE INDEX approvals_by_department ON approvals (department, state, next_due_on, id);

-- What was done to an approval, in order; the number is the version the deed led to.
CREATE TABLE approval_events (
    approval_id TEXT NOT NULL REFERENCES approvals (id),
    number BIGINT NOT NULL,
    deed TEXT NOT NULL,
    at BIGINT NOT NULL,
    on_day DATE NOT NULL,
    actor_id TEXT,
    actor_name TEXT NOT NULL,
    facts TEXT NOT NULL,
    PRIMARY KEY (approval_id, number)
);

-- What an item waits for in one project besides what the law says.
CREATE TABLE approval_edges (
    approval_id TEXT NOT NULL REFERENCES approvals (id),
    prerequisite TEXT NOT NULL,
    PRIMARY KEY (approval_id, prerequisite)
);
