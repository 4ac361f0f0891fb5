DROP TABLE missing_rungs;
DROP TABLE posted_slots;
DROP TABLE ledger_steps;
DROP TABLE ledger;
