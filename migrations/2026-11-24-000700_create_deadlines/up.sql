-- What is owed by whom by when. A due day is always anchor + offset on the calendar.
CREATE TABLE deadlines (
    key TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('report', 'report_review', 'milestone', 'blocker_accept', 'blocker_reply',
        'blocker_resolve', 'blocker_confirm', 'approval', 'commitment', 'pillar')),
    subject_id TEXT NOT NULL,
    project_id TEXT NOT NULL REFERENCES projects (id),
    facts TEXT NOT NULL,
    anchor_on DATE NOT NULL,
    offset_days BIGINT NOT NULL,
    unit TEXT NOT NULL CHECK (unit IN ('working', 'calendar')),
    due_on DATE NOT NULL,
    provisional BOOLEAN NOT NULL,
    answerable TEXT NOT NULL CHECK (answerable IN ('owner', 'coordinators', 'department', 'person')),
    person_id TEXT REFERENCES accounts (id),
    department TEXT,
    region TEXT,
    -- Where the matter lies and the level it has reached: from there the ladder climbs.
    place TEXT NOT NULL,
    level TEXT NOT NULL CHECK (level IN ('county', 'city', 'province')),
    critical BOOLEAN NOT NULL,
    born_at BIGINT NOT NULL,
    born_on DATE NOT NULL,
    next_step_on DATE,
    acknowledged_until DATE,
    settled_at BIGINT,
    CHECK ((answerable = 'person') = (person_id IS NOT NULL)),
    CHECK (answerable <> 'department' OR (department IS NOT NULL AND region IS NOT NULL)),
    CHECK (answerable <> 'coordinators' OR region IS NOT NULL)
);
CREATE INDEX deadlines_open ON deadlines (due_on, key) WHERE settled_at IS NULL;
CREATE INDEX deadlines_next_step ON deadlines (next_step_on, key) WHERE settled_at IS NULL;
CREATE INDEX deadlines_by_project ON deadlines (project_id, due_on);
CREATE INDEX deadlines_by_subject ON deadlines (subject_id);
CREATE INDEX deadlines_provisional ON deadlines (provisional, key) WHERE settled_at IS NULL;
