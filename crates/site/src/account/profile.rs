//! The members of `profile` that every site has, and their types.
//!
//! Source: SAP Customer Data Cloud, "Profile object" and accounts.getSchema.

use serde_json::{Map, Value};

use crate::codes;
use crate::error::ValidationError;

/// The type of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Type {
    /// A text of 16 KB at most.
    Text,
    /// A whole number of 32 bits.
    Integer,
    /// An object or a list of objects.
    Nested,
}

impl Type {
    /// Its name in a schema; nested members are listed one by one there.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Text | Self::Nested => "string",
            Self::Integer => "integer",
        }
    }

    fn takes(self, value: &Value) -> bool {
        match self {
            Self::Text => value.is_string(),
            // Sites take numbers in texts, which the schema turns into numbers. That an empty text is no number at all is
            // our reading: SAP's own dataflow for imports sends one for each empty cell of a CSV file.
            Self::Integer => value == "" || whole(value).is_some(),
            Self::Nested => value.is_object() || value.is_array(),
        }
    }
}

/// A whole number, also in a text.
fn whole(value: &Value) -> Option<i32> {
    let number = value.as_i64().or_else(|| value.as_str().and_then(|text| text.trim().parse().ok()))?;
    i32::try_from(number).ok()
}

/// Longest text of a member in bytes.
const LONGEST: usize = 16 * 1024;

/// Members that answers hold only when `extraProfileFields` names them.
pub(crate) const EXTRA: &[&str] = &[
    "languages",
    "address",
    "phones",
    "education",
    "educationLevel",
    "honors",
    "publications",
    "patents",
    "certifications",
    "professionalHeadline",
    "bio",
    "industry",
    "specialties",
    "work",
    "skills",
    "religion",
    "politicalView",
    "interestedIn",
    "relationshipStatus",
    "hometown",
    "favorites",
    "followersCount",
    "followingCount",
    "username",
    "name",
    "locale",
    "verified",
    "timezone",
    "likes",
    "samlData",
    "oidcData",
];

/// The members with their types.
pub(crate) const FIELDS: &[(&str, Type)] = &[
    ("firstName", Type::Text),
    ("lastName", Type::Text),
    ("nickname", Type::Text),
    ("name", Type::Text),
    ("username", Type::Text),
    ("email", Type::Text),
    ("address", Type::Text),
    ("city", Type::Text),
    ("state", Type::Text),
    ("zip", Type::Text),
    ("country", Type::Text),
    ("gender", Type::Text),
    ("age", Type::Integer),
    ("birthDay", Type::Integer),
    ("birthMonth", Type::Integer),
    ("birthYear", Type::Integer),
    ("photoURL", Type::Text),
    ("thumbnailURL", Type::Text),
    ("profileURL", Type::Text),
    ("locale", Type::Text),
    ("languages", Type::Text),
    ("timezone", Type::Text),
    ("phones", Type::Nested),
    ("education", Type::Nested),
    ("educationLevel", Type::Text),
    ("work", Type::Nested),
    ("skills", Type::Nested),
    ("certifications", Type::Nested),
    ("patents", Type::Nested),
    ("publications", Type::Nested),
    ("favorites", Type::Nested),
    ("likes", Type::Nested),
    ("bio", Type::Text),
    ("industry", Type::Text),
    ("specialties", Type::Text),
    ("professionalHeadline", Type::Text),
    ("religion", Type::Text),
    ("politicalView", Type::Text),
    ("interestedIn", Type::Text),
    ("relationshipStatus", Type::Text),
    ("hometown", Type::Text),
    ("honors", Type::Text),
    ("followersCount", Type::Integer),
    ("followingCount", Type::Integer),
    ("verified", Type::Text),
    ("samlData", Type::Nested),
    ("oidcData", Type::Nested),
];

/// A member that no profile has: the schema of the profile is not dynamic.
pub(crate) fn unknown(profile: &Map<String, Value>) -> Option<&str> {
    profile.keys().map(String::as_str).find(|name| !FIELDS.iter().any(|(known, _)| known == name))
}

/// Judges a `profile` that a call brings, and turns numbers in texts into numbers. Members that are not known pass: sites
/// add their own.
pub(crate) fn judge(profile: &mut Map<String, Value>) -> Vec<ValidationError> {
    let mut errors = Vec::new();
    for (name, value) in profile.iter_mut().filter(|(_, value)| !value.is_null()) {
        let Some((_, kind)) = FIELDS.iter().find(|(known, _)| known == name) else { continue };
        let mut refuse = |code: u32, message: String| {
            errors.push(ValidationError { error_code: code, message, field_name: format!("profile.{name}") });
        };
        if !kind.takes(value) {
            refuse(codes::INVALID_PARAMETER_VALUE, format!("invalid type: expected {}", kind.name()));
        } else if value.as_str().is_some_and(|text| text.len() > LONGEST) {
            refuse(codes::INVALID_PARAMETER_VALUE, "the text is longer than 16 KB".to_owned());
        } else if *kind == Type::Integer && value.is_string() {
            *value = whole(value).map_or(Value::Null, Value::from);
        }
    }
    errors
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn types_are_judged_and_numbers_in_texts_become_numbers() {
        let Value::Object(mut profile) =
            json!({"firstName": "Ann", "birthYear": "1984", "own": [1], "age": null, "birthDay": ""})
        else {
            unreachable!()
        };
        assert!(judge(&mut profile).is_empty());
        assert_eq!((&profile["birthYear"], &profile["birthDay"]), (&json!(1984), &Value::Null));
        let Value::Object(mut profile) = json!({"firstName": 5, "birthYear": "soon", "work": "x"}) else {
            unreachable!()
        };
        let paths: Vec<_> = judge(&mut profile).into_iter().map(|error| error.field_name).collect();
        assert_eq!(paths, ["profile.firstName", "profile.birthYear", "profile.work"]);
    }
}
