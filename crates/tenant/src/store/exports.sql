-- Export jobs. Their files lie beside the database.
CREATE TABLE exports (
  pk          INTEGER PRIMARY KEY,
  id          TEXT NOT NULL UNIQUE,         -- job_ and 16 alphanumerics
  status      TEXT NOT NULL,                -- pending, completed, failed
  connection  INTEGER,                      -- pk; NULL: all of them; the connection may be gone since
  connection_id   TEXT,
  connection_name TEXT,
  format      TEXT NOT NULL,                -- json, csv
  row_limit   INTEGER,
  fields      TEXT,                         -- JSON array as it was given; NULL: the predefined ones
  secret      TEXT NOT NULL,                -- signs the links to the file
  percentage  INTEGER NOT NULL DEFAULT 0,
  created_at  INTEGER NOT NULL,
  finished_at INTEGER
);
