DROP INDEX milestones_by_due;
