//! Opaque access tokens. Only their digests are kept.

use rusqlite::{Connection, OptionalExtension as _, params};
use sha2::{Digest as _, Sha256};

use super::StoreError;

/// Remembers a token of a user, and forgets those that have expired.
///
/// # Errors
/// When the database fails.
pub fn insert(
    connection: &Connection,
    token: &str,
    user: i64,
    scope: &str,
    now_ms: i64,
    expires_at: i64,
) -> Result<(), StoreError> {
    connection.prepare_cached("DELETE FROM access_tokens WHERE expires_at <= ?1")?.execute([now_ms])?;
    connection.prepare_cached("INSERT INTO access_tokens VALUES (?1, ?2, ?3, ?4)")?.execute(params![
        digest(token),
        user,
        scope,
        expires_at
    ])?;
    Ok(())
}

/// The key of the user that a token was given to, and its scope.
///
/// # Errors
/// When the database fails.
pub fn find(connection: &Connection, token: &str, now_ms: i64) -> Result<Option<(i64, String)>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT user, scope FROM access_tokens WHERE digest = ?1 AND expires_at > ?2")?
        .query_row(params![digest(token), now_ms], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?)
}

fn digest(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}
