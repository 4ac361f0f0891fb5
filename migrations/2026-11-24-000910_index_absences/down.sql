DROP INDEX deadlines_by_kind;
DROP INDEX accounts_disabled;
