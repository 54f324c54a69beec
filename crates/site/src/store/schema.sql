-- The site's tables. Times are milliseconds since 1970 (UTC), 0 for never.

CREATE TABLE settings (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;

-- What a look-up or an order needs stands in columns of its own; they follow from the body and are written with it.
CREATE TABLE accounts (
  pk           INTEGER PRIMARY KEY,
  uid          TEXT NOT NULL UNIQUE,
  lite         INTEGER NOT NULL,           -- 1: a lite account
  email        TEXT,                       -- lower-cased: profile.email, or email of a lite account
  created      INTEGER NOT NULL,
  last_updated INTEGER NOT NULL,
  last_login   INTEGER NOT NULL,
  hidden       TEXT,                       -- JSON object: what no answer shows
  body         TEXT NOT NULL               -- JSON object: the account, as an export holds it
);
-- `lite` stands in each of them, so that counting reads no account.
CREATE INDEX accounts_created ON accounts (created, pk, lite);
CREATE INDEX accounts_last_updated ON accounts (last_updated, pk, lite);
CREATE INDEX accounts_last_login ON accounts (last_login, pk, lite);
CREATE INDEX accounts_email ON accounts (email, lite) WHERE email IS NOT NULL;

-- What an account is found by. Not unique: an export can hold the same identifier twice; the site's own calls refuse it.
CREATE TABLE identifiers (
  kind    INTEGER NOT NULL,                -- store::Identifier
  value   TEXT NOT NULL,
  account INTEGER NOT NULL REFERENCES accounts (pk) ON DELETE CASCADE,
  PRIMARY KEY (kind, value, account)
) WITHOUT ROWID;
CREATE INDEX identifiers_account ON identifiers (account);

-- The audit log, as audit.search gives it.
CREATE TABLE audit (
  pk   INTEGER PRIMARY KEY,
  time INTEGER NOT NULL,
  body TEXT NOT NULL                       -- JSON object
);
CREATE INDEX audit_time ON audit (time, pk);

-- What IdentitySync has: dataflows, their drafts, schedulings, jobs.
CREATE TABLE idx (
  pk       INTEGER PRIMARY KEY,
  kind     TEXT NOT NULL,                  -- the name of its table in idx.search
  id       TEXT NOT NULL,
  dataflow TEXT NOT NULL,                  -- id of the dataflow that it is, or belongs to
  due      INTEGER,                        -- when the scheduler has to look at it
  body     TEXT NOT NULL,                  -- JSON object; secrets unmasked
  UNIQUE (kind, id)
);
CREATE INDEX idx_due ON idx (due) WHERE due IS NOT NULL;
CREATE INDEX idx_dataflow ON idx (dataflow);
