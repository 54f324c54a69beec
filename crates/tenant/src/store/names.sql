-- The index of names for the search. It is brought up to date after imports and by who searches by a name, not when a
-- user is written: an import pays nothing for it. Users with a higher key than its last one are not in it yet.
CREATE TABLE names (
  field      TEXT NOT NULL,                 -- name, family_name
  value      TEXT NOT NULL,                 -- lower-cased
  user       INTEGER NOT NULL,
  connection INTEGER NOT NULL,
  PRIMARY KEY (field, value, user)
) WITHOUT ROWID;
CREATE INDEX names_user ON names (user);

-- Users in the index that were changed or deleted since.
CREATE TABLE names_due (
  user INTEGER PRIMARY KEY
);
CREATE TRIGGER users_renamed AFTER UPDATE OF body, email, username, phone_number, user_id ON users
WHEN new.pk <= (SELECT max(user) FROM names) BEGIN
  INSERT OR IGNORE INTO names_due VALUES (new.pk);
END;
CREATE TRIGGER users_gone AFTER DELETE ON users
WHEN old.pk <= (SELECT max(user) FROM names) BEGIN
  INSERT OR IGNORE INTO names_due VALUES (old.pk);
END;
