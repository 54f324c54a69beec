//! The users. All identifiers are unique within a connection.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, OptionalExtension as _, Row, named_params, params};

use super::StoreError;

const COLUMNS: &str = "pk, connection, user_id, email, username, phone_number, email_verified, phone_verified, blocked, \
     password, body, mfa_factors, origin, created_at, updated_at, last_login, last_ip, logins_count, last_password_reset";

/// What stands where a password hash would.
#[derive(Clone, PartialEq, Eq)]
pub enum StoredPassword {
    /// A bcrypt string: imported as `password_hash`, or hashed here.
    Bcrypt(String),
    /// An imported `custom_password_hash` that nobody has logged in with yet, as JSON.
    Imported(String),
    /// A random hash: no password fits until it is reset.
    Random,
}

impl std::fmt::Debug for StoredPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Bcrypt(_) => "Bcrypt(…)",
            Self::Imported(_) => "Imported(…)",
            Self::Random => "Random",
        })
    }
}

impl ToSql for StoredPassword {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Bcrypt(text) | Self::Imported(text) => ToSqlOutput::from(text.as_str()),
            Self::Random => ToSqlOutput::from(rusqlite::types::Null),
        })
    }
}

impl FromSql for StoredPassword {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value {
            ValueRef::Null => Ok(Self::Random),
            ValueRef::Text(text) => {
                let text = String::from_utf8(text.to_vec()).map_err(FromSqlError::other)?;
                // A bcrypt string starts with `$`, a JSON object never does.
                Ok(if text.starts_with('{') { Self::Imported(text) } else { Self::Bcrypt(text) })
            }
            _ => Err(FromSqlError::InvalidType),
        }
    }
}

/// How a user came into the tenant. It shows in the host of the default picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// By an import job.
    Import,
    /// By the Management API or a sign-up.
    Api,
}

/// Logins that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// Time of the last one (ms).
    pub last_login: i64,
    /// Address it came from.
    pub last_ip: String,
    /// How many there were.
    pub count: i64,
}

/// One user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRow {
    /// Key of the row; ignored by [`insert`].
    pub pk: i64,
    /// Key of the connection's row.
    pub connection: i64,
    /// Without the prefix `auth0|`.
    pub user_id: String,
    /// Lower-cased.
    pub email: Option<String>,
    /// As it is stored: lower-cased.
    pub username: Option<String>,
    /// E.164.
    pub phone_number: Option<String>,
    /// None: not stated, and there is no email.
    pub email_verified: Option<bool>,
    /// None: not stated.
    pub phone_verified: Option<bool>,
    /// None: not stated; then the member is not shown.
    pub blocked: Option<bool>,
    /// The password.
    pub password: StoredPassword,
    /// JSON object with those of given_name, family_name, name, nickname, picture, user_metadata, app_metadata that are set.
    pub body: String,
    /// JSON array, never shown.
    pub mfa_factors: Option<String>,
    /// How the user came in.
    pub origin: Origin,
    /// When the user was made (ms).
    pub created_at: i64,
    /// When the user was changed last (ms).
    pub updated_at: i64,
    /// None before the first login.
    pub login: Option<Login>,
    /// When the password was changed last (ms).
    pub last_password_reset: Option<i64>,
}

impl UserRow {
    /// A new user with nothing but its keys: body `{}`, random password.
    #[must_use]
    pub fn new(connection: i64, user_id: String, now_ms: i64, origin: Origin) -> Self {
        Self {
            pk: 0,
            connection,
            user_id,
            email: None,
            username: None,
            phone_number: None,
            email_verified: None,
            phone_verified: None,
            blocked: None,
            password: StoredPassword::Random,
            body: "{}".into(),
            mfa_factors: None,
            origin,
            created_at: now_ms,
            updated_at: now_ms,
            login: None,
            last_password_reset: None,
        }
    }

    /// Reads a row selected by [`select`].
    ///
    /// # Errors
    /// When a column has not the type it was written with.
    pub fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let last_login: Option<i64> = row.get("last_login")?;
        Ok(Self {
            pk: row.get("pk")?,
            connection: row.get("connection")?,
            user_id: row.get("user_id")?,
            email: row.get("email")?,
            username: row.get("username")?,
            phone_number: row.get("phone_number")?,
            email_verified: row.get("email_verified")?,
            phone_verified: row.get("phone_verified")?,
            blocked: row.get("blocked")?,
            password: row.get("password")?,
            body: row.get("body")?,
            mfa_factors: row.get("mfa_factors")?,
            origin: if row.get::<_, i64>("origin")? == 0 { Origin::Import } else { Origin::Api },
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
            login: match last_login {
                Some(last_login) => Some(Login {
                    last_login,
                    last_ip: row.get::<_, Option<String>>("last_ip")?.unwrap_or_default(),
                    count: row.get::<_, Option<i64>>("logins_count")?.unwrap_or_default(),
                }),
                None => None,
            },
            last_password_reset: row.get("last_password_reset")?,
        })
    }
}

/// A cached `SELECT` of all columns with what follows `FROM users` (a where clause, an order).
///
/// # Errors
/// When the clause is not SQL.
pub fn select<'c>(connection: &'c Connection, clause: &str) -> Result<CachedStatement<'c>, StoreError> {
    Ok(connection.prepare_cached(&format!("SELECT {COLUMNS} FROM users {clause}"))?)
}

/// Stores a new user and returns its key.
///
/// # Errors
/// When the database fails, also because an identifier is taken: look before.
pub fn insert(connection: &Connection, user: &UserRow) -> Result<i64, StoreError> {
    let login = user.login.as_ref();
    connection
        .prepare_cached(
            "INSERT INTO users (connection, user_id, email, username, phone_number, email_verified, phone_verified, \
             blocked, password, body, mfa_factors, origin, created_at, updated_at, last_login, last_ip, logins_count, \
             last_password_reset) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
        )?
        .execute(params![
            user.connection,
            user.user_id,
            user.email,
            user.username,
            user.phone_number,
            user.email_verified,
            user.phone_verified,
            user.blocked,
            user.password,
            user.body,
            user.mfa_factors,
            i64::from(user.origin == Origin::Api),
            user.created_at,
            user.updated_at,
            login.map(|login| login.last_login),
            login.map(|login| login.last_ip.as_str()),
            login.map(|login| login.count),
            user.last_password_reset,
        ])?;
    Ok(connection.last_insert_rowid())
}

/// Writes every column of the user with that key but `connection`, `origin` and `created_at`.
///
/// # Errors
/// When the database fails, also because an identifier is taken: look before.
pub fn update(connection: &Connection, user: &UserRow) -> Result<(), StoreError> {
    let login = user.login.as_ref();
    connection
        .prepare_cached(
            "UPDATE users SET user_id = :user_id, email = :email, username = :username, phone_number = :phone_number, \
             email_verified = :email_verified, phone_verified = :phone_verified, blocked = :blocked, password = :password, \
             body = :body, mfa_factors = :mfa_factors, updated_at = :updated_at, last_login = :last_login, \
             last_ip = :last_ip, logins_count = :logins_count, last_password_reset = :last_password_reset WHERE pk = :pk",
        )?
        .execute(named_params! {
            ":user_id": user.user_id,
            ":email": user.email,
            ":username": user.username,
            ":phone_number": user.phone_number,
            ":email_verified": user.email_verified,
            ":phone_verified": user.phone_verified,
            ":blocked": user.blocked,
            ":password": user.password,
            ":body": user.body,
            ":mfa_factors": user.mfa_factors,
            ":updated_at": user.updated_at,
            ":last_login": login.map(|login| login.last_login),
            ":last_ip": login.map(|login| login.last_ip.as_str()),
            ":logins_count": login.map(|login| login.count),
            ":last_password_reset": user.last_password_reset,
            ":pk": user.pk,
        })?;
    Ok(())
}

/// What an import has to know of a user that it may update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// Key of the row.
    pub pk: i64,
    /// Without the prefix `auth0|`.
    pub user_id: String,
    /// Whether the password is an imported `custom_password_hash` that nobody has logged in with yet.
    pub has_imported_password: bool,
    /// As in [`UserRow::body`].
    pub body: String,
}

/// What an import may change of a user; None leaves it as it is.
#[derive(Debug, Clone, Copy)]
pub struct ImportedChange<'a> {
    /// `email_verified`
    pub email_verified: Option<bool>,
    /// JSON of a `custom_password_hash`.
    pub password: Option<&'a str>,
    /// As in [`UserRow::body`].
    pub body: &'a str,
    /// JSON array.
    pub mfa_factors: Option<&'a str>,
    /// When (ms).
    pub updated_at: i64,
}

/// The user of connection `of` with that lower-cased email, as an import needs it.
///
/// # Errors
/// When the database fails.
pub fn find_to_update(connection: &Connection, of: i64, email: &str) -> Result<Option<Imported>, StoreError> {
    Ok(connection
        .prepare_cached(
            "SELECT pk, user_id, coalesce(substr(password, 1, 1) = '{', 0), body FROM users \
             WHERE connection = ?1 AND email = ?2",
        )?
        .query_row(params![of, email], |row| {
            Ok(Imported {
                pk: row.get(0)?,
                user_id: row.get(1)?,
                has_imported_password: row.get(2)?,
                body: row.get(3)?,
            })
        })
        .optional()?)
}

/// Changes a user as an import may; no identifier is touched, and so no index.
///
/// # Errors
/// When the database fails.
pub fn update_imported(
    connection: &Connection,
    pk: i64,
    change: &ImportedChange<'_>,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE users SET email_verified = coalesce(?2, email_verified), password = coalesce(?3, password), \
             body = ?4, mfa_factors = coalesce(?5, mfa_factors), updated_at = ?6 WHERE pk = ?1",
        )?
        .execute(params![
            pk,
            change.email_verified,
            change.password,
            change.body,
            change.mfa_factors,
            change.updated_at
        ])?;
    Ok(())
}

macro_rules! finders {
    ($($(#[$doc:meta])* $name:ident $exists:ident $column:literal;)*) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        /// When the database fails.
        pub fn $name(connection: &Connection, of: i64, value: &str) -> Result<Option<UserRow>, StoreError> {
            Ok(select(connection, concat!("WHERE connection = ?1 AND ", $column, " = ?2"))?
                .query_row(params![of, value], UserRow::read)
                .optional()?)
        }

        /// The key of the user that the function of the same name would find; touches the index only.
        ///
        /// # Errors
        /// When the database fails.
        pub fn $exists(connection: &Connection, of: i64, value: &str) -> Result<Option<i64>, StoreError> {
            Ok(connection
                .prepare_cached(concat!("SELECT pk FROM users WHERE connection = ?1 AND ", $column, " = ?2"))?
                .query_row(params![of, value], |row| row.get(0))
                .optional()?)
        }
    )*};
}

finders! {
    /// The user of connection `of` (key of its row) with that lower-cased email.
    find_by_email key_by_email "email";
    /// The user of connection `of` with that id (without `auth0|`).
    find_by_user_id key_by_user_id "user_id";
    /// The user of connection `of` with that username.
    find_by_username key_by_username "username";
    /// The user of connection `of` with that phone number.
    find_by_phone key_by_phone "phone_number";
}

/// The keys of the users of connection `of` whose email begins like this (lower-cased).
///
/// # Errors
/// When the database fails.
pub fn keys_by_email_prefix(connection: &Connection, of: i64, prefix: &str) -> Result<Vec<i64>, StoreError> {
    prefixed(connection, "email", of, prefix)
}

/// The keys of the users of connection `of` whose username begins like this (lower-cased).
///
/// # Errors
/// When the database fails.
pub fn keys_by_username_prefix(
    connection: &Connection,
    of: i64,
    prefix: &str,
) -> Result<Vec<i64>, StoreError> {
    prefixed(connection, "username", of, prefix)
}

fn prefixed(
    connection: &Connection,
    column: &'static str,
    of: i64,
    prefix: &str,
) -> Result<Vec<i64>, StoreError> {
    // Texts are ordered by their bytes, and no character is behind the last one.
    let sql = format!("SELECT pk FROM users WHERE connection = ?1 AND {column} >= ?2 AND {column} <= ?3");
    Ok(connection
        .prepare_cached(&sql)?
        .query_map(params![of, prefix, format!("{prefix}{}", char::MAX)], |row| row.get(0))?
        .collect::<Result<_, _>>()?)
}

/// The first user of any connection with that id (without `auth0|`): two connections may hold the same one.
///
/// # Errors
/// When the database fails.
pub fn find_anywhere(connection: &Connection, user_id: &str) -> Result<Option<UserRow>, StoreError> {
    Ok(select(
        connection,
        "WHERE connection IN (SELECT pk FROM connections) AND user_id = ?1 ORDER BY pk LIMIT 1",
    )?
    .query_row([user_id], UserRow::read)
    .optional()?)
}

/// The user with that key.
///
/// # Errors
/// When the database fails.
pub fn find_by_pk(connection: &Connection, pk: i64) -> Result<Option<UserRow>, StoreError> {
    Ok(select(connection, "WHERE pk = ?1")?.query_row([pk], UserRow::read).optional()?)
}

/// Deletes the user with that key.
///
/// # Errors
/// When the database fails.
pub fn delete(connection: &Connection, pk: i64) -> Result<(), StoreError> {
    connection.prepare_cached("DELETE FROM users WHERE pk = ?1")?.execute([pk])?;
    Ok(())
}

/// How many users a connection has. Counting takes 10 ms for 200,000, so what was counted is kept until anything is
/// written: in a table of the reading connection itself, beside SQLite's number for what others have committed since.
///
/// # Errors
/// When the database fails.
pub fn count(connection: &Connection, of: i64) -> Result<u64, StoreError> {
    let all = "SELECT count(*) FROM users WHERE connection = ?1";
    if !connection.is_autocommit() {
        // A transaction may have written itself, which the number does not say.
        return Ok(connection.prepare_cached(all)?.query_row([of], |row| row.get(0))?);
    }
    let version: i64 = connection.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?;
    connection
        .prepare_cached(
            "CREATE TEMP TABLE IF NOT EXISTS counted (of INTEGER PRIMARY KEY, version INTEGER, users INTEGER)",
        )?
        .execute([])?;
    let kept = connection
        .prepare_cached("SELECT users FROM temp.counted WHERE of = ?1 AND version = ?2")?
        .query_row([of, version], |row| row.get(0))
        .optional()?;
    if let Some(users) = kept {
        return Ok(users);
    }
    let users: u64 = connection.prepare_cached(all)?.query_row([of], |row| row.get(0))?;
    connection
        .prepare_cached("INSERT OR REPLACE INTO temp.counted VALUES (?1, ?2, ?3)")?
        .execute(params![of, version, users])?;
    Ok(users)
}

/// Whether a connection has any user.
///
/// # Errors
/// When the database fails.
pub fn any(connection: &Connection, of: i64) -> Result<bool, StoreError> {
    Ok(connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM users WHERE connection = ?1)")?
        .query_row([of], |row| row.get(0))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store;

    #[test]
    fn a_user_is_found_by_each_of_its_identifiers_and_only_in_its_connection() {
        let dir = tempfile::tempdir().unwrap();
        let store = store::open(dir.path()).unwrap();
        let mut user = UserRow::new(7, "abc".into(), 5, Origin::Import);
        user.email = Some("a@example.com".into());
        user.username = Some("a".into());
        user.phone_number = Some("+491".into());
        user.blocked = Some(false);
        user.password = StoredPassword::Imported("{\"algorithm\":\"md5\"}".into());
        user.login = Some(Login { last_login: 9, last_ip: "127.0.0.1".into(), count: 3 });
        let written = user.clone();
        store
            .write_blocking(move |tx| -> Result<(), StoreError> {
                user.pk = insert(tx, &user)?;
                for found in [
                    find_by_email(tx, 7, "a@example.com")?,
                    find_by_user_id(tx, 7, "abc")?,
                    find_by_username(tx, 7, "a")?,
                    find_by_phone(tx, 7, "+491")?,
                ] {
                    assert_eq!(found.as_ref(), Some(&user));
                }
                assert_eq!(find_by_email(tx, 8, "a@example.com")?, None);
                assert_eq!(key_by_email(tx, 7, "a@example.com")?, Some(user.pk));
                user.email = None;
                user.password = StoredPassword::Bcrypt("$2b$10$x".into());
                update(tx, &user)?;
                assert_eq!(find_by_email(tx, 7, "a@example.com")?, None);
                assert_eq!(find_by_user_id(tx, 7, "abc")?, Some(user.clone()));
                assert!(insert(tx, &written).is_err(), "the user_id is taken");
                delete(tx, user.pk)?;
                assert!(!any(tx, 7)?);
                Ok(())
            })
            .unwrap();
    }

    #[test]
    fn what_was_counted_is_kept_until_somebody_comes_or_goes() {
        let dir = tempfile::tempdir().unwrap();
        let store = store::open(dir.path()).unwrap();
        let counted = |of| store.read_blocking(|db| count(db, of)).unwrap();
        let add = |of: i64, id: &str| {
            store
                .write_blocking(|tx| -> Result<_, StoreError> {
                    let before = count(tx, of)?;
                    let pk = insert(tx, &UserRow::new(of, id.into(), 5, Origin::Import))?;
                    assert_eq!(count(tx, of)?, before + 1, "a transaction counts what it wrote");
                    Ok(pk)
                })
                .unwrap()
        };
        assert_eq!((counted(7), counted(8)), (0, 0));
        let first = add(7, "a");
        assert_eq!((counted(7), counted(8)), (1, 0));
        add(8, "b");
        add(7, "b");
        assert_eq!((counted(7), counted(8), counted(7)), (2, 1, 2));
        let kept = |db: &Connection| -> Result<u64, StoreError> {
            db.execute("UPDATE temp.counted SET users = 99 WHERE of = 7", [])?;
            count(db, 7)
        };
        assert_eq!(store.read_blocking(kept).unwrap(), 99, "nobody is counted twice");
        store.write_blocking(|tx| delete(tx, first)).unwrap();
        assert_eq!(counted(7), 1);
    }
}
