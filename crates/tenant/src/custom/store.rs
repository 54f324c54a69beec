//! Users that scripts have found, in the store.

use rusqlite::Connection;

use super::ScriptFailure;
use crate::store::{StoreError, UserRow, users as table};

/// What became of a user who was to come into the store.
#[derive(Debug)]
pub(super) enum Arrival {
    /// New in the store.
    Came(UserRow),
    /// The same user was there already; nothing was written.
    WasThere(UserRow),
}

/// Stores a user whom a script has found.
///
/// # Errors
/// When an identifier is another user's.
pub(super) fn arrive(db: &Connection, mut user: UserRow) -> Result<Arrival, ScriptFailure> {
    if let Some(there) = table::find_by_user_id(db, user.connection, &user.user_id)? {
        return Ok(Arrival::WasThere(there));
    }
    if is_taken(db, &user)? {
        return Err(ScriptFailure::Validation {
            code: Some("user_exists".to_owned()),
            message: "The user already exists.".to_owned(),
        });
    }
    user.pk = table::insert(db, &user)?;
    Ok(Arrival::Came(user))
}

/// Stores what a script says of a user now, for a database that keeps its users itself.
///
/// # Errors
/// When an identifier is another user's.
pub(super) fn refresh(db: &Connection, user: UserRow) -> Result<UserRow, ScriptFailure> {
    match arrive(db, user.clone())? {
        Arrival::Came(user) => Ok(user),
        Arrival::WasThere(there) => {
            let now = UserRow {
                pk: there.pk,
                created_at: there.created_at,
                login: there.login,
                blocked: there.blocked,
                ..user
            };
            table::update(db, &now)?;
            Ok(now)
        }
    }
}

fn is_taken(db: &Connection, user: &UserRow) -> Result<bool, StoreError> {
    let of = user.connection;
    let mut taken = false;
    if let Some(email) = &user.email {
        taken = table::key_by_email(db, of, email)?.is_some();
    }
    if let Some(username) = &user.username {
        taken = taken || table::key_by_username(db, of, username)?.is_some();
    }
    if let Some(phone_number) = &user.phone_number {
        taken = taken || table::key_by_phone(db, of, phone_number)?.is_some();
    }
    Ok(taken)
}
