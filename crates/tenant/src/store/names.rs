//! The index of names: which users have a name that begins like this. `indexer` brings it up to date.

use rusqlite::{Connection, params};

use super::{StoreError, UserRow, users};

/// The fields that are in the index.
pub const FIELDS: [&str; 2] = ["name", "family_name"];

/// Users that are taken into the index in one transaction, which keeps the store's one writer for about 20 ms.
const BATCH: i64 = 2_000;

/// Takes changed users and new ones into the index, a batch of them; false when there are none left. `name_of` gives
/// what a user has in one of [`FIELDS`], as it is shown.
///
/// # Errors
/// When the database fails.
pub fn catch_up(
    tx: &Connection,
    name_of: impl Fn(&UserRow, &str) -> Option<String>,
) -> Result<bool, StoreError> {
    let due: Vec<i64> = tx
        .prepare_cached("SELECT user FROM names_due LIMIT ?1")?
        .query_map([BATCH], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut rows = Vec::new();
    for user in &due {
        tx.prepare_cached("DELETE FROM names WHERE user = ?1")?.execute([user])?;
        tx.prepare_cached("DELETE FROM names_due WHERE user = ?1")?.execute([user])?;
        rows.extend(users::find_by_pk(tx, *user)?);
    }
    if due.is_empty() {
        let last: Option<i64> =
            tx.prepare_cached("SELECT max(user) FROM names")?.query_row([], |row| row.get(0))?;
        rows = users::select(tx, "WHERE pk > ?1 ORDER BY pk LIMIT ?2")?
            .query_map(params![last.unwrap_or(0), BATCH], UserRow::read)?
            .collect::<Result<_, _>>()?;
    }
    let mut entries: Vec<(&str, String, i64, i64)> = Vec::with_capacity(rows.len() * FIELDS.len());
    for row in &rows {
        for field in FIELDS {
            if let Some(name) = name_of(row, field) {
                entries.push((field, name.to_lowercase(), row.pk, row.connection));
            }
        }
    }
    // Neighbours in the index are written one after another.
    entries.sort_unstable();
    let mut insert = tx.prepare_cached("INSERT INTO names VALUES (?1, ?2, ?3, ?4)")?;
    for entry in entries {
        insert.execute(entry)?;
    }
    Ok(!due.is_empty() || !rows.is_empty())
}

/// The keys of the users of connection `of` whose lower-cased `field` is `value`, or begins with it.
///
/// # Errors
/// When the database fails.
pub fn find(
    db: &Connection,
    of: i64,
    field: &str,
    value: &str,
    prefix: bool,
) -> Result<Vec<i64>, StoreError> {
    let end = if prefix { format!("{value}{}", char::MAX) } else { value.to_owned() };
    Ok(db
        .prepare_cached(
            "SELECT user FROM names WHERE field = ?1 AND value >= ?2 AND value <= ?3 AND connection = ?4",
        )?
        .query_map(params![field, value, end, of], |row| row.get(0))?
        .collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Origin, Store, open};

    fn catch_up_all(store: &Store) {
        let name = |row: &UserRow, field: &str| (field == "name").then(|| row.body.clone());
        while store.write_blocking(|tx| catch_up(tx, name)).unwrap() {}
    }

    fn found(store: &Store, value: &str) -> Vec<i64> {
        store.read_blocking(|db| find(db, 1, "name", value, true)).unwrap()
    }

    #[test]
    fn the_index_follows_what_is_written_changed_deleted_and_written_again() {
        let dir = tempfile::tempdir().unwrap();
        let store = open(dir.path()).unwrap();
        let user = |name: &str| UserRow {
            body: name.to_owned(),
            ..UserRow::new(1, name.to_owned(), 0, Origin::Import)
        };
        let put = |name: &str| store.write_blocking(|tx| users::insert(tx, &user(name))).unwrap();
        let (ada, bob) = (put("Ada"), put("Bob"));
        catch_up_all(&store);
        assert_eq!((found(&store, "a"), found(&store, "bo")), (vec![ada], vec![bob]));
        assert_eq!(found(&store, "x"), Vec::<i64>::new());
        store
            .write_blocking(|tx| users::update(tx, &UserRow { pk: ada, body: "Eve".into(), ..user("Ada") }))
            .unwrap();
        store.write_blocking(|tx| users::delete(tx, bob)).unwrap();
        // SQLite gives the last key again.
        assert_eq!(put("Cid"), bob);
        let dan = put("Dan");
        catch_up_all(&store);
        assert_eq!((found(&store, "a"), found(&store, "b")), (vec![], vec![]));
        assert_eq!(
            (found(&store, "ev"), found(&store, "ci"), found(&store, "dan")),
            (vec![ada], vec![bob], vec![dan])
        );
        assert_eq!(store.read_blocking(|db| find(db, 2, "name", "dan", false)).unwrap(), Vec::<i64>::new());
    }
}
