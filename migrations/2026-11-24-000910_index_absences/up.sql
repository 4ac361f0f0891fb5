-- For the job that finds pillars whose person is gone: it starts from disabled accounts and from what is owed of
-- one kind, never from all projects.
CREATE INDEX accounts_disabled ON accounts (id) WHERE disabled_at IS NOT NULL;
CREATE INDEX deadlines_by_kind ON deadlines (kind, key) WHERE settled_at IS NULL;
