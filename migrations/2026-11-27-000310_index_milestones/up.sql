-- The list of milestones over all projects goes by their due days.
CREATE INDEX milestones_by_due ON milestones (due_on, id);
