//! Gigya's password hashes in Auth0's words. (Interim shape, replaced by the translation itself.)

use account::Password;
use user::password::PasswordHash;

/// Why a password hash cannot move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HashCode {
    /// Auth0 does not know the algorithm.
    Unknown,
    /// Auth0 knows the algorithm and cannot express the setting.
    NotExpressible,
    /// The stored hash is not what its algorithm gives.
    Malformed,
}

/// Why a password hash cannot move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Untranslatable {
    /// Stable code.
    pub code: HashCode,
    /// A sentence for a person.
    pub reason: String,
}

/// Translates a password.
///
/// # Errors
/// [`Untranslatable`].
pub fn translate(_password: &Password<'_>) -> Result<Option<PasswordHash>, Untranslatable> {
    Ok(None)
}
