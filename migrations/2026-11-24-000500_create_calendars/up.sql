CREATE TABLE calendar_years (
    year BIGINT NOT NULL PRIMARY KEY,
    status TEXT NOT NULL CHECK (status IN ('provisional', 'published')),
    version BIGINT NOT NULL
);
CREATE TABLE calendar_days (
    day DATE NOT NULL PRIMARY KEY,
    year BIGINT NOT NULL REFERENCES calendar_years (year),
    kind TEXT NOT NULL CHECK (kind IN ('holiday', 'workday')),
    name TEXT
);
CREATE INDEX calendar_days_by_year ON calendar_days (year, day);
