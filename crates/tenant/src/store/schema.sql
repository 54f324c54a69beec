-- The tenant's tables. Times are milliseconds since 1970 (UTC).

CREATE TABLE settings (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE connections (
  pk         INTEGER PRIMARY KEY,
  id         TEXT NOT NULL UNIQUE,          -- con_ and 16 alphanumerics
  name       TEXT NOT NULL UNIQUE COLLATE NOCASE,
  strategy   TEXT NOT NULL,
  options    TEXT NOT NULL,                 -- JSON object, as it is shown
  rest       TEXT NOT NULL,                 -- JSON object: the other members that were given
  created_at INTEGER NOT NULL
);

CREATE TABLE deleted_connections (
  id TEXT PRIMARY KEY
) WITHOUT ROWID;

CREATE TABLE clients (
  pk         INTEGER PRIMARY KEY,
  id         TEXT NOT NULL UNIQUE,          -- 32 alphanumerics
  secret     TEXT NOT NULL,
  body       TEXT NOT NULL,                 -- JSON object without id and secret
  created_at INTEGER NOT NULL
);

CREATE TABLE connection_clients (
  connection INTEGER NOT NULL REFERENCES connections (pk) ON DELETE CASCADE,
  client     INTEGER NOT NULL REFERENCES clients (pk) ON DELETE CASCADE,
  PRIMARY KEY (connection, client)
) WITHOUT ROWID;
CREATE INDEX connection_clients_client ON connection_clients (client);

CREATE TABLE client_grants (
  pk     INTEGER PRIMARY KEY,
  id     TEXT NOT NULL UNIQUE,              -- cgr_ and 16 alphanumerics
  client INTEGER NOT NULL REFERENCES clients (pk) ON DELETE CASCADE,
  audience TEXT NOT NULL,
  body   TEXT NOT NULL                      -- JSON object: the other members
);

-- Lookups are unique per connection. Only rows that have the identifier are in its index, and there is no index that
-- no lookup needs: each costs a bulk import time.
CREATE TABLE users (
  pk             INTEGER PRIMARY KEY,
  connection     INTEGER NOT NULL,
  user_id        TEXT NOT NULL,             -- without the prefix auth0|
  email          TEXT,                      -- lower-cased
  username       TEXT,
  phone_number   TEXT,
  email_verified INTEGER,                   -- NULL: never stated and no email
  phone_verified INTEGER,
  blocked        INTEGER,                   -- NULL: never stated
  password       TEXT,                      -- bcrypt string, or JSON of a custom_password_hash; NULL: random, nobody has it
  body           TEXT NOT NULL,             -- JSON object: given_name, family_name, name, nickname, picture, user_metadata, app_metadata
  mfa_factors    TEXT,                      -- JSON array; never shown
  origin         INTEGER NOT NULL,          -- 0 import, 1 API or sign-up
  created_at     INTEGER NOT NULL,
  updated_at     INTEGER NOT NULL,
  last_login     INTEGER,
  last_ip        TEXT,
  logins_count   INTEGER,
  last_password_reset INTEGER
);
CREATE UNIQUE INDEX users_user_id ON users (connection, user_id);
CREATE UNIQUE INDEX users_email ON users (connection, email) WHERE email IS NOT NULL;
CREATE UNIQUE INDEX users_username ON users (connection, username) WHERE username IS NOT NULL;
CREATE UNIQUE INDEX users_phone ON users (connection, phone_number) WHERE phone_number IS NOT NULL;

CREATE TABLE jobs (
  pk          INTEGER PRIMARY KEY,
  id          TEXT NOT NULL UNIQUE,         -- job_ and 16 alphanumerics
  type        TEXT NOT NULL,
  status      TEXT NOT NULL,                -- pending, completed, failed
  connection  INTEGER NOT NULL,             -- pk; the connection may be gone since
  connection_id   TEXT NOT NULL,
  connection_name TEXT NOT NULL,
  upsert      INTEGER NOT NULL DEFAULT 0,
  external_id TEXT,
  send_completion_email INTEGER NOT NULL DEFAULT 1,
  payload     BLOB,                         -- the users file until the job is done
  processed   INTEGER NOT NULL DEFAULT 0,   -- users of the file that are dealt with
  inserted    INTEGER NOT NULL DEFAULT 0,
  updated     INTEGER NOT NULL DEFAULT 0,
  failed      INTEGER NOT NULL DEFAULT 0,
  summary     INTEGER NOT NULL DEFAULT 0,   -- whether a summary is shown
  created_at  INTEGER NOT NULL,
  finished_at INTEGER
);
CREATE INDEX jobs_pending ON jobs (pk) WHERE status = 'pending';
CREATE INDEX jobs_created ON jobs (created_at);

CREATE TABLE job_errors (
  job      INTEGER NOT NULL REFERENCES jobs (pk) ON DELETE CASCADE,
  position INTEGER NOT NULL,                -- in the file, from 0, of the first user that could be meant
  body     TEXT NOT NULL,                   -- {"user":…,"errors":[…]} of one user or several, with commas between; secrets already redacted
  PRIMARY KEY (job, position)
) WITHOUT ROWID;

-- Opaque access tokens of logins without an audience; only their SHA-256 is kept.
CREATE TABLE access_tokens (
  digest     TEXT PRIMARY KEY,
  user       INTEGER NOT NULL REFERENCES users (pk) ON DELETE CASCADE,
  scope      TEXT NOT NULL,
  expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX access_tokens_expiry ON access_tokens (expires_at);
CREATE INDEX access_tokens_user ON access_tokens (user);
