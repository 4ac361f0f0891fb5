CREATE TABLE letters (
    id TEXT NOT NULL PRIMARY KEY,
    dedup_key TEXT NOT NULL UNIQUE,
    letter TEXT NOT NULL,
    recipient_id TEXT NOT NULL REFERENCES accounts (id),
    recipient_name TEXT NOT NULL,
    address TEXT NOT NULL,
    region TEXT,
    subject TEXT NOT NULL,
    message_id TEXT NOT NULL,
    bytes TEXT NOT NULL,
    urgency TEXT NOT NULL CHECK (urgency IN ('now', 'hours', 'slot')),
    slot_at BIGINT,
    state TEXT NOT NULL CHECK (state IN ('pending', 'sending', 'sent', 'retry', 'bounced', 'ambiguous', 'dead', 'cancelled', 'held')),
    next_attempt_at BIGINT,
    attempts BIGINT NOT NULL,
    doubts BIGINT NOT NULL,
    claim TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    settled_at BIGINT,
    -- Whatever may still be attempted says when; what is over says since when, and nobody holds it.
    CHECK ((state IN ('pending', 'sending', 'retry', 'ambiguous')) = (next_attempt_at IS NOT NULL)),
    CHECK ((state IN ('sent', 'bounced', 'dead', 'cancelled')) = (settled_at IS NOT NULL)),
    CHECK ((state = 'sending') = (claim IS NOT NULL))
);
CREATE INDEX letters_to_send ON letters (state, next_attempt_at, id);
CREATE INDEX letters_by_state ON letters (state, id);
CREATE INDEX letters_by_recipient ON letters (recipient_id, id);
CREATE INDEX letters_by_region ON letters (region, id);

CREATE TABLE letter_items (
    letter_id TEXT NOT NULL REFERENCES letters (id),
    position BIGINT NOT NULL,
    project_id TEXT,
    deadline_key TEXT,
    step TEXT NOT NULL,
    copy BOOLEAN NOT NULL,
    due_on DATE,
    days_overdue BIGINT,
    reason TEXT NOT NULL,
    PRIMARY KEY (letter_id, position)
);
CREATE INDEX letter_items_by_deadline ON letter_items (deadline_key);

CREATE TABLE letter_attempts (
    letter_id TEXT NOT NULL REFERENCES letters (id),
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('sent', 'retry', 'bounced', 'ambiguous')),
    detail TEXT NOT NULL,
    PRIMARY KEY (letter_id, number)
);
