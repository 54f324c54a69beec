//! What becomes of a good entry in the store.

use rusqlite::Connection;

use super::entry::Entry;
use crate::ids;
use crate::schema::UserFault;
use crate::store::users::{self, Imported, ImportedChange};
use crate::store::{Origin, StoreError, StoredPassword, UserRow};
use json::{Members, Object};

/// What became of an entry.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// A new user.
    Inserted,
    /// A user that was there took the upsertable members.
    Updated,
    /// Nothing was written.
    Failed(UserFault),
}

/// Writes one user into the connection.
///
/// Without `upsert` any identifier that is taken refuses it. With it, the user with the same email is updated; an
/// identifier that is another user's is a conflict (the codes are documented, their texts inferred).
pub(super) fn write(
    tx: &Connection,
    connection: i64,
    upsert: bool,
    entry: Entry,
    now: i64,
) -> Result<Outcome, StoreError> {
    if upsert
        && let Some(email) = &entry.email
        && let Some(there) = users::find_to_update(tx, connection, email)?
    {
        return update(tx, connection, &there, entry, now);
    }
    // A statement that fails is dear, and a file that was imported before is all emails that are there.
    if let Some(email) = &entry.email
        && !upsert
        && users::key_by_email(tx, connection, email)?.is_some()
    {
        return Ok(Outcome::Failed(duplicated()));
    }
    let row = new_row(connection, entry, now);
    match users::insert(tx, &row) {
        Ok(_) => Ok(Outcome::Inserted),
        // The statement alone is undone, not the transaction.
        Err(error) if is_taken(&error) => {
            if upsert {
                let wanted =
                    [Some(row.user_id.as_str()), row.username.as_deref(), row.phone_number.as_deref()];
                return Ok(Outcome::Failed(
                    conflict(tx, connection, wanted, None)?.unwrap_or_else(duplicated),
                ));
            }
            Ok(Outcome::Failed(duplicated()))
        }
        Err(error) => Err(error),
    }
}

/// The double of a user of the same file; seen with exactly this text.
pub(super) fn double() -> UserFault {
    fault("DUPLICATED_USER", "A user with this [email|username|user_id] was already provided.")
}

/// The connection was deleted while the job ran (code documented, text inferred).
pub(super) fn connection_gone() -> UserFault {
    fault("CONNECTION_NOT_FOUND", "The connection does not exist")
}

fn new_row(connection: i64, entry: Entry, now: i64) -> UserRow {
    let user_id = entry.user_id.unwrap_or_else(|| ids::object_id(now));
    let mut row = UserRow::new(connection, user_id, now, Origin::Import);
    row.email_verified =
        entry.email.is_some().then(|| entry.email_verified.unwrap_or(false)).or(entry.email_verified);
    row.phone_verified =
        entry.phone_number.is_some().then(|| entry.phone_verified.unwrap_or(false)).or(entry.phone_verified);
    row.email = entry.email;
    row.username = entry.username;
    row.phone_number = entry.phone_number;
    row.blocked = entry.blocked;
    // Without a hash in the file nobody has the password: the user must reset it.
    row.password = entry.password.unwrap_or(StoredPassword::Random);
    row.body = entry.profile;
    row.mfa_factors = entry.mfa_factors;
    row
}

/// Takes what may be updated: `email_verified`, names, picture, both metadata (as a whole, not merged), second factors,
/// and `custom_password_hash` while an imported one is still there that nobody has logged in with. `user_id`, `username`,
/// `phone_number`, `blocked` and `password_hash` stay as they are.
fn update(
    tx: &Connection,
    connection: i64,
    there: &Imported,
    entry: Entry,
    now: i64,
) -> Result<Outcome, StoreError> {
    // A user_id that is the user's own need not be looked for.
    let user_id = entry.user_id.as_deref().filter(|id| *id != there.user_id);
    let wanted = [user_id, entry.username.as_deref(), entry.phone_number.as_deref()];
    if let Some(fault) = conflict(tx, connection, wanted, Some(there.pk))? {
        return Ok(Outcome::Failed(fault));
    }
    let password = match entry.password {
        Some(StoredPassword::Imported(_)) if !there.has_imported_password => {
            // The text is Auth0's, its code was never published.
            let message =
                "A custom_password_hash was provided, but the user already has password hash defined";
            return Ok(Outcome::Failed(fault("CONFLICT", message)));
        }
        Some(StoredPassword::Imported(hash)) => Some(hash),
        _ => None,
    };
    users::update_imported(
        tx,
        there.pk,
        &ImportedChange {
            email_verified: entry.email_verified,
            password: password.as_deref(),
            body: &merged(&there.body, &entry.profile)?,
            mfa_factors: entry.mfa_factors.as_deref(),
            updated_at: now,
        },
    )?;
    Ok(Outcome::Updated)
}

/// The members of the one with those of the other in their places.
fn merged(body: &str, profile: &str) -> Result<String, StoreError> {
    let broken = || StoreError::Broken("the profile of a user is no JSON object".to_owned());
    let mut members = Members::of(body).ok_or_else(broken)?;
    members.extend(Members::of(profile).ok_or_else(broken)?);
    let mut object = Object::with_capacity(body.len() + profile.len());
    for (name, text) in members.iter() {
        object.add(name, text);
    }
    Ok(object.end())
}

/// The first of user_id, username and phone number that belongs to another user than `own`.
fn conflict(
    tx: &Connection,
    connection: i64,
    [user_id, username, phone]: [Option<&str>; 3],
    own: Option<i64>,
) -> Result<Option<UserFault>, StoreError> {
    let foreign = |holder: Option<i64>| holder.is_some() && holder != own;
    if let Some(user_id) = user_id
        && foreign(users::key_by_user_id(tx, connection, user_id)?)
    {
        return Ok(Some(fault("CONFLICT", "The user_id is already used by another user")));
    }
    if let Some(username) = username
        && foreign(users::key_by_username(tx, connection, username)?)
    {
        return Ok(Some(fault("CONFLICT_USERNAME", "The username is already used by another user")));
    }
    if let Some(phone) = phone
        && foreign(users::key_by_phone(tx, connection, phone)?)
    {
        return Ok(Some(fault("CONFLICT", "The phone_number is already used by another user")));
    }
    Ok(None)
}

/// Recorded.
fn duplicated() -> UserFault {
    fault("DUPLICATED_USER", "The user already exist and upsert parameter is false")
}

fn fault(code: &'static str, message: &str) -> UserFault {
    UserFault { code, message: message.to_owned(), path: None }
}

fn is_taken(error: &StoreError) -> bool {
    matches!(error, StoreError::Sqlite(rusqlite::Error::SqliteFailure(failure, _))
        if failure.extended_code == rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE)
}
