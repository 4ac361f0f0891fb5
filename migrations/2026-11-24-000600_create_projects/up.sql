-- Outside draft and withdrawn every project has all five pillars: the pillar columns are filled
-- only while that pillar has no gap. They name rows of tables that come after this one.
CREATE TABLE projects (
    id TEXT NOT NULL PRIMARY KEY,
    code TEXT UNIQUE,
    name TEXT NOT NULL,
    folded TEXT NOT NULL,
    region TEXT NOT NULL,
    industry TEXT,
    enterprise_name TEXT,
    credit_code TEXT,
    total_investment_yuan BIGINT CHECK (total_investment_yuan >= 0),
    content TEXT,
    planned_start_on DATE,
    planned_finish_on DATE,
    state TEXT NOT NULL CHECK (state IN ('draft', 'active', 'paused', 'closed', 'withdrawn')),
    stage TEXT NOT NULL CHECK (stage IN ('idea', 'reserve', 'preliminary', 'construction', 'completed', 'production')),
    warnings TEXT NOT NULL,
    plan_id TEXT,
    leader_id TEXT REFERENCES accounts (id),
    team_id TEXT,
    schedule_id TEXT,
    owner_id TEXT REFERENCES accounts (id),
    launched_on DATE,
    opening_total_yuan BIGINT,
    opening_year_yuan BIGINT,
    opening_year BIGINT,
    closed_on DATE,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    CHECK (leader_id <> owner_id),
    CHECK (state IN ('draft', 'withdrawn') OR (plan_id IS NOT NULL AND leader_id IS NOT NULL AND team_id IS NOT NULL
        AND schedule_id IS NOT NULL AND owner_id IS NOT NULL AND launched_on IS NOT NULL))
);
CREATE INDEX projects_by_region ON projects (region, id);
CREATE INDEX projects_by_state ON projects (state, id);
CREATE INDEX projects_by_stage ON projects (stage, id);
CREATE INDEX projects_by_industry ON projects (industry, id);
CREATE INDEX projects_by_leader ON projects (leader_id);
CREATE INDEX projects_by_owner ON projects (owner_id);
CREATE INDEX projects_by_name ON projects (name, id);

-- Where an imported project came from: its own number in the list, and the row as it stood there.
CREATE TABLE project_sources (
    source TEXT NOT NULL,
    number TEXT NOT NULL,
    project_id TEXT NOT NULL REFERENCES projects (id),
    raw TEXT NOT NULL,
    PRIMARY KEY (source, number)
);
CREATE INDEX project_sources_by_project ON project_sources (project_id);

CREATE TABLE pauses (
    id TEXT NOT NULL PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id),
    kind TEXT NOT NULL CHECK (kind IN ('funding', 'market', 'policy', 'force_majeure', 'other')),
    reason TEXT NOT NULL,
    from_on DATE NOT NULL,
    until_on DATE NOT NULL,
    ended_on DATE,
    UNIQUE (project_id, from_on, id)
);
CREATE UNIQUE INDEX pauses_current ON pauses (project_id) WHERE ended_on IS NULL;

-- Who has a part in a project now: its leader, owner and team. Appointment gives scope.
CREATE TABLE project_people (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    project_id TEXT NOT NULL REFERENCES projects (id),
    PRIMARY KEY (account_id, project_id)
);
CREATE INDEX project_people_by_project ON project_people (project_id);

CREATE TABLE plans (
    id TEXT NOT NULL PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id),
    number BIGINT NOT NULL,
    title TEXT NOT NULL,
    objectives TEXT NOT NULL,
    scope TEXT NOT NULL,
    safeguards TEXT NOT NULL,
    effective_on DATE NOT NULL,
    total_investment_yuan BIGINT,
    reason TEXT,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    UNIQUE (project_id, number)
);
CREATE TABLE plan_years (
    plan_id TEXT NOT NULL REFERENCES plans (id),
    year BIGINT NOT NULL,
    amount_yuan BIGINT NOT NULL CHECK (amount_yuan >= 0),
    PRIMARY KEY (plan_id, year)
);

-- Terms of leaders and owners, half-open [from_on, to_on).
CREATE TABLE appointments (
    id TEXT NOT NULL PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id),
    pillar TEXT NOT NULL CHECK (pillar IN ('leader', 'owner')),
    number BIGINT NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    from_on DATE NOT NULL,
    to_on DATE CHECK (to_on >= from_on),
    reason TEXT,
    handed_over TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    UNIQUE (project_id, pillar, number)
);
CREATE UNIQUE INDEX appointments_current ON appointments (project_id, pillar) WHERE to_on IS NULL;
CREATE INDEX appointments_by_account ON appointments (account_id);

CREATE TABLE teams (
    id TEXT NOT NULL PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id),
    number BIGINT NOT NULL,
    name TEXT NOT NULL,
    convenor_id TEXT REFERENCES accounts (id),
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    UNIQUE (project_id, number)
);
CREATE TABLE team_members (
    team_id TEXT NOT NULL REFERENCES teams (id),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    position BIGINT NOT NULL,
    duties TEXT NOT NULL,
    PRIMARY KEY (team_id, account_id)
);
