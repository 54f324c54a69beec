//! One entry of the file, judged and taken apart.

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::connection::Identifiers;
use super::file;
use super::redact::redacted;
use crate::schema::{UserFault, UserImportSchema};
use crate::store::StoredPassword;
use json::{Members, Object};

/// Most bytes of a profile: compact JSON of the user without the hashes and the second factors. Auth0 names 10 KB, and
/// the code `PROFILE_SIZE_EXCEEDED`; what it counts and what it says is inferred.
const PROFILE_MAX: usize = 10_240;

/// The members that do not count towards the profile.
const NO_PROFILE: [&str; 3] = ["password_hash", "custom_password_hash", "mfa_factors"];

/// A user that may be imported as far as the file tells.
#[derive(Debug, Default)]
pub(super) struct Entry {
    /// Lower-cased.
    pub(super) email: Option<String>,
    /// Without the prefix that the tenant puts in front.
    pub(super) user_id: Option<String>,
    /// Lower-cased.
    pub(super) username: Option<String>,
    pub(super) phone_number: Option<String>,
    pub(super) email_verified: Option<bool>,
    pub(super) phone_verified: Option<bool>,
    pub(super) blocked: Option<bool>,
    pub(super) password: Option<StoredPassword>,
    /// JSON object of the names, the picture and the metadata, as they were given.
    pub(super) profile: String,
    /// JSON array.
    pub(super) mfa_factors: Option<String>,
}

/// A user that may not, as the error list shows it.
#[derive(Debug)]
pub(super) struct Refused {
    /// JSON text, without secrets.
    pub(super) user: String,
    pub(super) faults: Vec<UserFault>,
}

/// Judges one entry by the document and by what the connection takes.
pub(super) fn judge(
    raw: &RawValue,
    schema: &UserImportSchema,
    identifiers: &Identifiers,
) -> Result<Entry, Box<Refused>> {
    let Some((user, text)) = file::read(raw) else { return Err(Box::new(too_deep(raw))) };
    let mut faults = schema.faults(&user);
    if faults.is_empty() {
        let member = |name: &str| user.get(name).and_then(Value::as_str);
        faults.extend(identifiers.fault(member("username"), member("phone_number")));
    }
    if faults.is_empty() && raw.get().len() > PROFILE_MAX && profile_len(&user) > PROFILE_MAX {
        faults.push(UserFault {
            code: "PROFILE_SIZE_EXCEEDED",
            message: format!("The user profile exceeds the maximum allowed size of {PROFILE_MAX} bytes"),
            path: None,
        });
    }
    match Members::of(&text) {
        Some(members) if faults.is_empty() => Ok(Entry::from_members(user, &members, text.len())),
        _ => Err(Box::new(Refused { user: redacted(&text), faults })),
    }
}

/// The user of the file as the error list shows it.
pub(super) fn shown(raw: &RawValue) -> String {
    file::read(raw).map_or_else(|| "null".to_owned(), |(_, text)| redacted(&text))
}

impl Entry {
    /// Takes the identifiers and flags from the value, and the rest from its text of about so many bytes.
    fn from_members(mut user: Value, members: &Members<'_>, bytes: usize) -> Self {
        let mut entry = Self::default();
        let mut profile = Object::with_capacity(bytes);
        for (name, text) in members.iter() {
            match (name, user.get_mut(name).map(Value::take).unwrap_or_default()) {
                ("email", Value::String(text)) => entry.email = Some(lower_case(text)),
                ("username", Value::String(text)) => entry.username = Some(lower_case(text)),
                // An empty id is none: the user gets one.
                ("user_id", Value::String(text)) => {
                    entry.user_id = Some(text).filter(|text| !text.is_empty())
                }
                ("phone_number", Value::String(text)) => entry.phone_number = Some(text),
                ("email_verified", value) => entry.email_verified = value.as_bool(),
                ("phone_verified", value) => entry.phone_verified = value.as_bool(),
                ("blocked", value) => entry.blocked = value.as_bool(),
                ("password_hash", Value::String(text)) => entry.password = Some(StoredPassword::Bcrypt(text)),
                ("custom_password_hash", _) => {
                    entry.password = Some(StoredPassword::Imported(text.to_owned()));
                }
                ("mfa_factors", _) => entry.mfa_factors = Some(text.to_owned()),
                _ => profile.add(name, text),
            }
        }
        entry.profile = profile.end();
        entry
    }
}

fn lower_case(text: String) -> String {
    if text.is_ascii() {
        let mut text = text;
        text.make_ascii_lowercase();
        text
    } else {
        text.to_lowercase()
    }
}

/// Bytes of the compact JSON without the members that do not count.
fn profile_len(user: &Value) -> usize {
    let Value::Object(members) = user else { return 0 };
    let counted: Map<String, Value> = members
        .iter()
        .filter(|(name, _)| !NO_PROFILE.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    serde_json::to_string(&counted).map_or(0, |text| text.len())
}

/// A bound of this tenant, not one of Auth0's that is known.
fn too_deep(raw: &RawValue) -> Refused {
    #[derive(serde::Deserialize)]
    struct Known<'a> {
        #[serde(borrow)]
        email: Option<&'a RawValue>,
        #[serde(borrow)]
        user_id: Option<&'a RawValue>,
    }
    let mut user = Map::new();
    if let Ok(known) = serde_json::from_str::<Known<'_>>(raw.get()) {
        for (name, value) in [("email", known.email), ("user_id", known.user_id)] {
            if let Some(Ok(Value::String(text))) = value.map(|value| serde_json::from_str(value.get())) {
                user.insert(name.to_owned(), Value::String(text));
            }
        }
    }
    let message = "Object didn't pass validation for format json: nested too deeply".to_owned();
    let fault = UserFault { code: "INVALID_FORMAT", message, path: None };
    Refused { user: Value::Object(user).to_string(), faults: vec![fault] }
}
