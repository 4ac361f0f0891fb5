CREATE TABLE idempotency_keys (
    account_id TEXT NOT NULL,
    path TEXT NOT NULL,
    key TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    status BIGINT NOT NULL,
    headers TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, path, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
