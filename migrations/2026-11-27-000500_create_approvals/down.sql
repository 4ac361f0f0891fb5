DROP TABLE approval_edges;
DROP TABLE approval_events;
DROP TABLE approvals;
