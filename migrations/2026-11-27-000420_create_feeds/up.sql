-- Addresses under which a calendar program reads what its owner owes. The secret in the address is kept as its
-- fingerprint.
CREATE TABLE feeds (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    prefix TEXT NOT NULL,
    hash TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE UNIQUE INDEX feeds_by_hash ON feeds (hash);
CREATE INDEX feeds_by_account ON feeds (account_id, id);
