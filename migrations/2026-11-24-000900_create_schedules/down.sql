DROP TABLE date_changes;
DROP TABLE milestones;
DROP TABLE schedules;
