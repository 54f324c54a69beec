//! Users out of files of users: parts, Auth0's own exports, CSV.

use record::{Object, Value, View};

use crate::columns;
use crate::password::{CustomPasswordHash, PasswordHash, is_password_hash};
use crate::rules::{Basis, Violation, mfa_factors};
use crate::text::Text;
use crate::user::{Metadata, User};

/// Where a user comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// JSON: values have their types.
    Json,
    /// CSV: every value is a string; `true` and `false` are read as such, and empty ones are absent.
    Csv,
}

impl User<'static> {
    /// Reads a user in the form of Auth0's import schema. What has no place in it is left out and reported: members that
    /// the schema does not know (`not_moved`; Auth0's exports hold some, such as `created_at` and `identities`), values of
    /// another type (`invalid_type`), hashes and factors that are none. A leading `auth0|` of `user_id` is taken off once,
    /// since Auth0 puts it there itself. Columns may have the titles that Auth0's extension gives them. Limits are judged by [`crate::rules::violations`].
    #[must_use]
    pub fn from_value(object: &Object, source: Source) -> (Self, Vec<Violation>) {
        let mut reader = Reader { source, user: Self::default(), found: Vec::new() };
        for (name, value) in columns::named(object, source).iter() {
            if source == Source::Csv && value.as_str().is_some_and(str::is_empty) {
                continue;
            }
            reader.member(name, value);
        }
        (reader.user, reader.found)
    }
}

struct Reader {
    source: Source,
    user: User<'static>,
    found: Vec<Violation>,
}

impl Reader {
    fn member(&mut self, name: &str, value: &Value) {
        match name {
            "user_id" => {
                let id = self.text(name, value);
                self.user.user_id = id.map(|id| match id.as_str().strip_prefix("auth0|") {
                    Some(bare) => Text::Owned(bare.to_owned()),
                    None => id,
                });
            }
            "email" => self.user.email = self.text(name, value),
            "username" => self.user.username = self.text(name, value),
            "phone_number" => self.user.phone_number = self.text(name, value),
            "given_name" => self.user.given_name = self.text(name, value),
            "family_name" => self.user.family_name = self.text(name, value),
            "name" => self.user.name = self.text(name, value),
            "nickname" => self.user.nickname = self.text(name, value),
            "picture" => self.user.picture = self.text(name, value),
            "email_verified" => self.user.email_verified = self.flag(name, value),
            "phone_verified" => self.user.phone_verified = self.flag(name, value),
            "blocked" => self.user.blocked = self.flag(name, value),
            "password_hash" => self.password_hash(value),
            "custom_password_hash" => self.custom_password_hash(value),
            "user_metadata" => {
                self.metadata(name, value, |user, key, value| add(&mut user.user_metadata, key, value))
            }
            "app_metadata" => self.metadata(name, value, app_metadata),
            "mfa_factors" => match mfa_factors(&value.to_serde()) {
                Ok(()) => self.user.mfa_factors = Some(value.to_string().into_bytes()),
                Err((basis, reason)) => self.refuse("mfa_factors_invalid", name, reason, basis),
            },
            _ => self.refuse("not_moved", name, "Auth0's import knows no such member", Basis::Schema),
        }
    }

    fn refuse(&mut self, code: &'static str, field: &str, reason: impl Into<String>, basis: Basis) {
        self.found.push(Violation::new(code, field, reason, basis));
    }

    fn text(&mut self, name: &str, value: &Value) -> Option<Text<'static>> {
        if let Some(text) = value.as_str() {
            return Some(Text::Owned(text.to_owned()));
        }
        self.refuse("invalid_type", name, format!("{name} is not a text"), Basis::Schema);
        None
    }

    fn flag(&mut self, name: &str, value: &Value) -> Option<bool> {
        let flag = match (value.view(), self.source) {
            (View::Bool(flag), _) => Some(flag),
            (View::Text(text), Source::Csv) => match text.trim().to_ascii_lowercase().as_str() {
                "true" => Some(true),
                "false" => Some(false),
                _ => None,
            },
            _ => None,
        };
        if flag.is_none() {
            self.refuse("invalid_type", name, format!("{name} is neither true nor false"), Basis::Schema);
        }
        flag
    }

    fn password_hash(&mut self, value: &Value) {
        let Some(hash) = value.as_str() else {
            return self.refuse(
                "invalid_type",
                "password_hash",
                "password_hash is not a text",
                Basis::Schema,
            );
        };
        if is_password_hash(hash) {
            self.password(PasswordHash::Bcrypt(hash.to_owned()));
        } else {
            let reason = "password_hash is not a bcrypt string ($2a$ or $2b$) of cost 10";
            self.refuse("hash_malformed", "password_hash", reason, Basis::Documentation);
        }
    }

    fn custom_password_hash(&mut self, value: &Value) {
        let field = "custom_password_hash";
        let mut value = self.unquoted(value);
        // The schema lets a hash without a value pass; there is nothing to check a password against.
        if let Some(hash) =
            value.as_object_mut().and_then(|custom| custom.get_mut("hash")).and_then(Value::as_object_mut)
            && !hash.contains("value")
        {
            hash.insert("value", "");
        }
        // serde would take an array of the members too.
        let value = value.as_object().map(|_| value.to_serde()).unwrap_or_default();
        match serde_json::from_value::<CustomPasswordHash>(value) {
            Ok(custom) => match custom.check() {
                Ok(()) => self.password(PasswordHash::Custom(Box::new(custom))),
                Err(refusal) => self.refuse("hash_malformed", field, refusal.reason(), Basis::Documentation),
            },
            // serde's own message may quote a value, which may be the hash.
            Err(_) => {
                self.refuse(
                    "hash_malformed",
                    field,
                    "custom_password_hash does not have the shape that Auth0 takes",
                    Basis::Schema,
                );
            }
        }
    }

    fn password(&mut self, hash: PasswordHash) {
        if self.user.password.is_some() {
            let reason = "password_hash and custom_password_hash exclude each other";
            return self.refuse("hash_malformed", hash.member(), reason, Basis::Documentation);
        }
        self.user.password = Some(hash);
    }

    fn metadata(&mut self, name: &str, value: &Value, put: fn(&mut User<'static>, &str, &Value)) {
        let value = self.unquoted(value);
        let Some(members) = value.as_object() else {
            return self.refuse("invalid_type", name, format!("{name} is not an object"), Basis::Schema);
        };
        for (key, value) in members.iter() {
            put(&mut self.user, key, value);
        }
    }

    /// In CSV, objects stand in their cells as JSON.
    fn unquoted(&self, value: &Value) -> Value {
        match value.as_str() {
            Some(text) if self.source == Source::Csv => columns::json(text).unwrap_or(Value::NULL),
            _ => value.clone(),
        }
    }
}

/// What our own parts keep under `gigya` goes where it came from, so that a part reads back as the user it was.
fn app_metadata(user: &mut User<'static>, key: &str, value: &Value) {
    match value.as_object() {
        Some(members) if key == "gigya" => {
            for (key, value) in members.iter() {
                match value.as_object() {
                    Some(originals) if key == "original" => {
                        originals.iter().for_each(|(key, value)| add(&mut user.original, key, value));
                    }
                    _ => add(&mut user.gigya, key, value),
                }
            }
        }
        // Something else of that name makes room for ours.
        None if key == "gigya" => add(&mut user.original, key, value),
        _ => add(&mut user.app_metadata, key, value),
    }
}

fn add(metadata: &mut Metadata, key: &str, value: &Value) {
    metadata.add(key, |out| value.write_json(out));
}
