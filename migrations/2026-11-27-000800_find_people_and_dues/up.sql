-- What a person looks for on the pages: people by a part of their name or address, and what somebody answers for.
-- The default is for the rows there are; every row written later is whole.
ALTER TABLE accounts ADD COLUMN folded TEXT NOT NULL DEFAULT '';
UPDATE accounts SET folded = lower(replace(name, ' ', '')) || email_key;
CREATE INDEX deadlines_by_person ON deadlines (person_id, due_on) WHERE settled_at IS NULL;
CREATE INDEX deadlines_by_office ON deadlines (region, answerable, due_on) WHERE settled_at IS NULL;
