//! The two kinds of password hash that Auth0 imports: what they may hold, how they are written, and how a password is
//! held against them.
//!
//! Source: Auth0, "Bulk User Import Database Schema and Examples", `password_hash` and `custom_password_hash`.

mod algorithm;
mod argon2id;
mod bcrypt_string;
mod check;
mod custom;
mod digest;
pub mod encoding;
mod ldap;
mod limits;
mod phc;
mod verify;

use serde::{Deserialize, Serialize};

pub use algorithm::Algorithm;
pub use bcrypt_string::{from_raw as bcrypt_from_raw, is_password_hash};
pub use check::HashRefusal;
pub use custom::{CustomPasswordHash, Hash, Key, PasswordText, Salt};
pub use digest::Digest;
pub use encoding::{Encoding, PasswordEncoding, Position};
pub use limits::*;
pub use verify::{VerifyError, verify};

use crate::text::write_json_string;

/// A password hash in a form that Auth0 imports. Its `Debug` shows no hash.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PasswordHash {
    /// `password_hash`: bcrypt `$2a$`/`$2b$` of cost 10.
    Bcrypt(String),
    /// `custom_password_hash`.
    Custom(Box<CustomPasswordHash>),
}

impl PasswordHash {
    /// The member of the user that holds it.
    #[must_use]
    pub fn member(&self) -> &'static str {
        match self {
            Self::Bcrypt(_) => "password_hash",
            Self::Custom(_) => "custom_password_hash",
        }
    }

    /// Appends the member's value as JSON. The same hash always gives the same bytes.
    pub fn write_json(&self, out: &mut Vec<u8>) {
        match self {
            Self::Bcrypt(text) => write_json_string(text, out),
            Self::Custom(custom) => custom.write_json(out),
        }
    }

    /// Whether Auth0 can check a password against it.
    ///
    /// # Errors
    /// [`HashRefusal`] says what is wrong, without any part of the hash.
    pub fn check(&self) -> Result<(), HashRefusal> {
        match self {
            Self::Bcrypt(text) if is_password_hash(text) => Ok(()),
            Self::Bcrypt(_) => {
                Err(HashRefusal::new("password_hash is not a bcrypt string ($2a$ or $2b$) of cost 10"))
            }
            Self::Custom(custom) => custom.check(),
        }
    }
}

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bcrypt(_) => f.write_str("Bcrypt(…)"),
            Self::Custom(custom) => f.debug_tuple("Custom").field(&custom.algorithm).finish_non_exhaustive(),
        }
    }
}
