//! The limits that Auth0 sets, one function each. What they say of a user is gathered by [`violations`].
//!
//! Sources: Auth0, "Bulk User Import Database Schema and Examples" and "User Profile Structure"; the Management API's
//! OpenAPI document; for formats the npm libraries z-schema 3 and validator 10, with which Auth0 judges.

mod email;
mod host;
mod identifiers;
mod metadata;
mod mfa;
mod url;
mod violations;

pub use email::{EMAIL_MAX, email, email_format};
pub use identifiers::{
    USER_ID_MAX, USERNAME_MAX, looks_like_email, phone, user_id, username, username_within,
};
pub use metadata::{FORBIDDEN_APP_METADATA_KEYS, metadata_key, metadata_keys_ok};
pub use mfa::{MFA_FACTORS_MAX, mfa_factors};
pub use url::picture;
pub use violations::{Basis, Violation, violations};

/// Most characters of `given_name`.
pub const GIVEN_NAME_MAX: usize = 150;

/// Most characters of `family_name`.
pub const FAMILY_NAME_MAX: usize = 150;

/// Most characters of `name`.
pub const NAME_MAX: usize = 300;

/// Most characters of `nickname`.
pub const NICKNAME_MAX: usize = 300;

/// Most bytes of a user as compact JSON without `password_hash`, `custom_password_hash` and `mfa_factors`
/// (see [`crate::User::write_json`]). Auth0 documents 10 KB for a profile.
pub const PROFILE_MAX_BYTES: usize = 10_240;

/// Whether a text has between 1 and `max` characters, counted as z-schema counts: in code points.
#[must_use]
pub fn length(text: &str, max: usize) -> bool {
    !text.is_empty() && (text.len() <= max || text.chars().count() <= max)
}

/// White space as JavaScript's `\s` has it.
fn is_js_space(c: char) -> bool {
    matches!(c, '\t'..='\r' | ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}' | '\u{feff}')
}
