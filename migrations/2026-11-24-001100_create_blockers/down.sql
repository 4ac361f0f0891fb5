DROP TABLE blocker_events;
DROP TABLE blockers;
