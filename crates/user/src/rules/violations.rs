//! What the rules say of a whole user.

use crate::user::User;

use super::{
    FAMILY_NAME_MAX, FORBIDDEN_APP_METADATA_KEYS, GIVEN_NAME_MAX, NAME_MAX, NICKNAME_MAX, PROFILE_MAX_BYTES,
    email, email_format, length, metadata_keys_ok, phone, picture, user_id, username,
};

/// Where a limit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Basis {
    /// In the JSON Schema of one user that Auth0 publishes.
    Schema,
    /// Elsewhere in Auth0's documentation, or seen in its answers.
    Documentation,
}

/// One thing that Auth0 would refuse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Stable code, such as `email_invalid`.
    pub code: &'static str,
    /// The member of the user, such as `app_metadata.identities`.
    pub field: String,
    /// A sentence for a person, without the value.
    pub reason: String,
    /// Where the limit stands.
    pub basis: Basis,
}

impl Violation {
    pub(crate) fn new(
        code: &'static str,
        field: impl Into<String>,
        reason: impl Into<String>,
        basis: Basis,
    ) -> Self {
        Self { code, field: field.into(), reason: reason.into(), basis }
    }
}

/// Holds a user against every limit that does not depend on the connection. Empty: Auth0 takes the user.
#[must_use]
pub fn violations(user: &User<'_>) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut refuse =
        |code, field: &str, reason: &str, basis| found.push(Violation::new(code, field, reason, basis));
    match user.email.as_ref().map(crate::Text::as_str) {
        None => refuse("email_missing", "email", "the user has no address", Basis::Schema),
        Some(address) if !email_format(address) => {
            refuse("email_invalid", "email", "the address is not one that Auth0 takes", Basis::Schema);
        }
        Some(address) if !email(address) => {
            refuse(
                "email_invalid",
                "email",
                "the address has more than 254 characters",
                Basis::Documentation,
            );
        }
        Some(_) => {}
    }
    type Rule = (&'static str, &'static str, fn(&str) -> bool, &'static str);
    const RULES: [Rule; 8] = [
        (
            "user_id",
            "user_id_invalid",
            user_id,
            "has white space in it, is empty or has more than 255 characters",
        ),
        ("username", "username_invalid", username, "is not a user name that Auth0 takes"),
        ("phone_number", "phone_invalid", phone, "is not in the form +420123456789"),
        (
            "given_name",
            "given_name_too_long",
            |text| length(text, GIVEN_NAME_MAX),
            "does not have 1 to 150 characters",
        ),
        (
            "family_name",
            "family_name_too_long",
            |text| length(text, FAMILY_NAME_MAX),
            "does not have 1 to 150 characters",
        ),
        ("name", "name_too_long", |text| length(text, NAME_MAX), "does not have 1 to 300 characters"),
        (
            "nickname",
            "nickname_too_long",
            |text| length(text, NICKNAME_MAX),
            "does not have 1 to 300 characters",
        ),
        ("picture", "picture_invalid", picture, "is not a URL that Auth0 takes"),
    ];
    let texts = [
        &user.user_id,
        &user.username,
        &user.phone_number,
        &user.given_name,
        &user.family_name,
        &user.name,
        &user.nickname,
        &user.picture,
    ];
    for ((field, code, fits, reason), text) in RULES.into_iter().zip(texts) {
        if text.as_ref().is_some_and(|text| !fits(text.as_str())) {
            refuse(code, field, &format!("{field} {reason}"), Basis::Documentation);
        }
    }
    if !metadata_keys_ok(user.user_metadata.text()) {
        refuse(
            "metadata_key",
            "user_metadata",
            "a key of user_metadata holds a dot or a dollar sign",
            Basis::Documentation,
        );
    }
    let app = user.app_metadata.to_record();
    for key in app
        .members()
        .iter()
        .map(|(key, _)| key)
        .filter(|key| FORBIDDEN_APP_METADATA_KEYS.contains(&key.as_str()))
    {
        let reason = format!("app_metadata holds the key {key}, which Auth0 keeps for itself");
        refuse("forbidden_key", &format!("app_metadata.{key}"), &reason, Basis::Documentation);
    }
    if let Some(Err(refusal)) = user.password.as_ref().map(crate::password::PasswordHash::check) {
        let member = user.password.as_ref().map_or("", |password| password.member());
        refuse("hash_malformed", member, refusal.reason(), Basis::Documentation);
    }
    if user.write_json(&mut Vec::new()) > PROFILE_MAX_BYTES {
        refuse("profile_too_large", "", "the profile has more than 10,240 bytes", Basis::Documentation);
    }
    found
}
