-- The data store. An object's id is its own beside its type and its owner.
CREATE TABLE objects (
  pk   INTEGER PRIMARY KEY,
  type TEXT NOT NULL,
  oid  TEXT NOT NULL,
  uid  TEXT NOT NULL,                      -- the account that it belongs to; empty for nobody's
  body TEXT NOT NULL,                      -- JSON object, as ds.search gives it
  UNIQUE (type, oid, uid)
);
CREATE INDEX objects_type ON objects (type, pk);
