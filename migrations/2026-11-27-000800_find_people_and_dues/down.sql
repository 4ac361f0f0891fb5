DROP INDEX deadlines_by_office;
DROP INDEX deadlines_by_person;
ALTER TABLE accounts DROP COLUMN folded;
