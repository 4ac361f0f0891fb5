DROP INDEX reports_by_project;
