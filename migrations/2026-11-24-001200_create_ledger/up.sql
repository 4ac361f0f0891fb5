-- Who was told which step of which deadline: the key is what makes telling twice impossible.
CREATE TABLE ledger (
    deadline_key TEXT NOT NULL,
    due_on DATE NOT NULL,
    step TEXT NOT NULL,
    recipient_id TEXT NOT NULL REFERENCES accounts (id),
    letter_id TEXT NOT NULL REFERENCES letters (id),
    told_on DATE NOT NULL,
    PRIMARY KEY (deadline_key, due_on, step, recipient_id)
);
CREATE INDEX ledger_by_letter ON ledger (letter_id);

-- Steps that are over: told to everyone they are for, or passed over for good.
CREATE TABLE ledger_steps (
    deadline_key TEXT NOT NULL,
    due_on DATE NOT NULL,
    step TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('posted', 'skipped')),
    recorded_on DATE NOT NULL,
    PRIMARY KEY (deadline_key, due_on, step)
);

-- Slots whose letters have all been written.
CREATE TABLE posted_slots (
    slot_at BIGINT NOT NULL PRIMARY KEY,
    posted_at BIGINT NOT NULL
);

-- Parts of a ladder that nobody filled when a step came. Empty texts stand for "none", so that the
-- key holds on both databases.
CREATE TABLE missing_rungs (
    rung TEXT NOT NULL CHECK (rung IN ('owner', 'convenor', 'leader', 'coordinator', 'person')),
    region TEXT NOT NULL,
    project_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    since_on DATE NOT NULL,
    PRIMARY KEY (rung, region, project_id, person_id)
);
CREATE INDEX missing_rungs_by_region ON missing_rungs (region, rung);
