-- What the matrix shows of a report stands in the index whole: the row, with its draft, is not read.
CREATE INDEX reports_by_project ON reports (project_id, quarter, state, late);
