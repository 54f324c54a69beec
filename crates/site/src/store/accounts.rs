//! One account at a time.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::{Identifier, StoreError, identifier};
use crate::document::Document;
use crate::time;

/// A stored account.
#[derive(Debug, Clone)]
pub struct Account {
    /// Its key in the store; ascending in the order in which accounts came, and never given twice while they are there.
    pub pk: i64,
    /// Its UID.
    pub uid: String,
    /// Whether it is a lite account.
    pub lite: bool,
    /// Its members, as an export holds them.
    pub body: Document,
    /// What no answer shows: second factors, a demand to change the password.
    pub hidden: Document,
}

/// The account of a UID.
///
/// # Errors
/// When the database fails.
pub fn by_uid(connection: &Connection, uid: &str) -> Result<Option<Account>, StoreError> {
    one(connection, "SELECT pk, uid, lite, hidden, body FROM accounts WHERE uid = ?1", uid)
}

/// The account of a key.
///
/// # Errors
/// When the database fails.
pub fn by_pk(connection: &Connection, pk: i64) -> Result<Option<Account>, StoreError> {
    one(connection, "SELECT pk, uid, lite, hidden, body FROM accounts WHERE pk = ?1", pk)
}

/// The lite account of an email.
///
/// # Errors
/// When the database fails.
pub fn lite_by_email(connection: &Connection, email: &str) -> Result<Option<Account>, StoreError> {
    let sql = "SELECT pk, uid, lite, hidden, body FROM accounts WHERE email = ?1 AND lite = 1";
    one(connection, sql, email.trim().to_lowercase())
}

/// The keys of the accounts that have an identifier, in the order in which they came.
///
/// # Errors
/// When the database fails.
pub fn find(connection: &Connection, kind: Identifier, value: &str) -> Result<Vec<i64>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT account FROM identifiers WHERE kind = ?1 AND value = ?2 ORDER BY account")?;
    let rows = statement.query_map(params![kind as i64, kind.normal(value)], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Adds an account; `body` has a UID that no other has.
///
/// # Errors
/// When the database fails or the UID is taken.
pub fn insert(connection: &Connection, lite: bool, body: &Document) -> Result<i64, StoreError> {
    let columns = Columns::of(body);
    connection
        .prepare_cached(
            "INSERT INTO accounts (uid, lite, email, created, last_updated, last_login, body) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            columns.uid,
            lite,
            columns.email,
            columns.created,
            columns.last_updated,
            columns.last_login,
            body.to_json()
        ])?;
    let pk = connection.last_insert_rowid();
    identify(connection, pk, body)?;
    Ok(pk)
}

/// Writes an account back.
///
/// # Errors
/// When the database fails.
pub fn update(connection: &Connection, account: &Account) -> Result<(), StoreError> {
    let columns = Columns::of(&account.body);
    let hidden = (!account.hidden.is_empty()).then(|| account.hidden.to_json());
    connection
        .prepare_cached(
            "UPDATE accounts SET uid = ?1, lite = ?2, email = ?3, created = ?4, last_updated = ?5, \
             last_login = ?6, body = ?7, hidden = ?8 WHERE pk = ?9",
        )?
        .execute(params![
            columns.uid,
            account.lite,
            columns.email,
            columns.created,
            columns.last_updated,
            columns.last_login,
            account.body.to_json(),
            hidden,
            account.pk
        ])?;
    connection.prepare_cached("DELETE FROM identifiers WHERE account = ?1")?.execute([account.pk])?;
    identify(connection, account.pk, &account.body)
}

/// Removes an account.
///
/// # Errors
/// When the database fails.
pub fn delete(connection: &Connection, pk: i64) -> Result<(), StoreError> {
    connection.prepare_cached("DELETE FROM accounts WHERE pk = ?1")?.execute([pk])?;
    Ok(())
}

fn one(connection: &Connection, sql: &str, key: impl rusqlite::ToSql) -> Result<Option<Account>, StoreError> {
    let found = connection
        .prepare_cached(sql)?
        .query_row([key], |row| {
            let hidden: Option<String> = row.get(3)?;
            let body: String = row.get(4)?;
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, hidden, body))
        })
        .optional()?;
    let Some((pk, uid, lite, hidden, body)) = found else { return Ok(None) };
    let broken = |_| StoreError::Broken(format!("account {uid}"));
    let body = Document::parse(&body).map_err(broken)?;
    let hidden = hidden.map(|hidden| Document::parse(&hidden)).transpose().map_err(broken)?;
    Ok(Some(Account { pk, lite, body, hidden: hidden.unwrap_or_default(), uid }))
}

fn identify(connection: &Connection, pk: i64, body: &Document) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached("INSERT OR IGNORE INTO identifiers VALUES (?1, ?2, ?3)")?;
    for (kind, value) in identifier::all(body) {
        statement.execute(params![kind as i64, value, pk])?;
    }
    Ok(())
}

/// What of an account stands in columns.
struct Columns {
    uid: String,
    email: Option<String>,
    created: i64,
    last_updated: i64,
    last_login: i64,
}

impl Columns {
    fn of(body: &Document) -> Self {
        let email = body.object("profile").text("email").or_else(|| body.text("email"));
        Self {
            uid: body.text("UID").unwrap_or_default(),
            email: email.map(|email| email.trim().to_lowercase()),
            created: time_of(body, "created"),
            last_updated: time_of(body, "lastUpdated"),
            last_login: time_of(body, "lastLogin"),
        }
    }
}

/// One of the account's times in milliseconds, 0 for never.
#[must_use]
pub fn time_of(body: &Document, name: &str) -> i64 {
    body.get(&format!("{name}Timestamp"))
        .or_else(|| body.text(name).and_then(|text| time::parse(&text)))
        .unwrap_or(0)
}

/// Sets one of the account's times: the text and, beside it, the number.
pub fn set_time(body: &mut Document, name: &str, ms: i64) {
    body.set(name, time::iso(ms));
    body.set(&format!("{name}Timestamp"), ms);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{DATABASE, Store, TABLES};

    #[test]
    fn identifiers_and_columns_follow_the_body() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join(DATABASE), TABLES).unwrap();
        store
            .write_blocking(|tx| -> Result<(), StoreError> {
                let body =
                    r#"{"UID":"u","profile":{"email":"A@x.example"},"loginIDs":{"emails":["A@x.example"]}}"#;
                let pk = insert(tx, false, &Document::parse(body).unwrap())?;
                assert_eq!(find(tx, Identifier::Email, "a@X.example")?, [pk]);
                let mut account = by_uid(tx, "u")?.unwrap();
                account.body.set("loginIDs", serde_json::json!({"username": "ann"}));
                set_time(&mut account.body, "lastUpdated", 1_686_698_632_512);
                account.hidden.set("requirePasswordChange", true);
                update(tx, &account)?;
                assert_eq!(find(tx, Identifier::Email, "a@x.example")?, [0_i64; 0]);
                assert_eq!(find(tx, Identifier::Username, "ANN")?, [pk]);
                let account = by_pk(tx, pk)?.unwrap();
                assert_eq!(account.hidden.get("requirePasswordChange"), Some(true));
                assert_eq!(time_of(&account.body, "lastUpdated"), 1_686_698_632_512);
                assert!(lite_by_email(tx, "a@x.example")?.is_none());
                delete(tx, pk)?;
                assert_eq!(find(tx, Identifier::Username, "ann")?, [0_i64; 0]);
                assert!(by_uid(tx, "u")?.is_none());
                Ok(())
            })
            .unwrap();
    }
}
