//! A parsed query, and whether a user fits it.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use crate::time;

/// What is searched.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) enum Expression {
    /// No condition.
    Everybody,
    /// Each of them.
    All(Vec<Expression>),
    /// At least one of them.
    Any(Vec<Expression>),
    /// Not this.
    Not(Box<Expression>),
    /// A field (path into the user as it is shown) that passes a test.
    Field(String, Test),
}

/// A test on the values of a field.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) enum Test {
    /// One of them is set.
    Exists,
    /// One of them is this.
    Is(String),
    /// One of them begins like this.
    StartsWith(String),
    /// One of them lies between the ends; each with whether it belongs to the range.
    Between { low: Option<(String, bool)>, high: Option<(String, bool)> },
}

impl Expression {
    /// Both of them.
    pub(in super::super) fn and(one: Self, other: Self) -> Self {
        if one == Self::Everybody { other } else { Self::All(vec![one, other]) }
    }

    /// The users of a connection.
    pub(in super::super) fn connection(name: &str) -> Self {
        Self::is("identities.connection", name)
    }

    pub(super) fn is(field: &str, value: &str) -> Self {
        Self::Field(field.into(), Test::Is(value.into()))
    }

    /// Whether a user, as it is shown, fits.
    pub(super) fn fits(&self, user: &Map<String, Value>) -> bool {
        match self {
            Self::Everybody => true,
            Self::All(parts) => parts.iter().all(|part| part.fits(user)),
            Self::Any(parts) => parts.iter().any(|part| part.fits(user)),
            Self::Not(part) => !part.fits(user),
            Self::Field(field, test) if field == "email.domain" => {
                let email = user.get("email").and_then(Value::as_str);
                let domain = email.and_then(|email| email.rsplit_once('@')).map(|(_, domain)| domain);
                domain.is_some_and(|domain| test.passes(field, &Value::String(domain.to_owned())))
            }
            Self::Field(field, test) => {
                let mut path = field.split('.');
                let first = path.next().and_then(|name| user.get(name));
                first.is_some_and(|value| any(value, path, &mut |value| test.passes(field, value)))
            }
        }
    }
}

/// Whether a value at the path passes; arrays are gone through.
fn any<'p>(
    value: &Value,
    path: impl Iterator<Item = &'p str> + Clone,
    passes: &mut dyn FnMut(&Value) -> bool,
) -> bool {
    if let Value::Array(entries) = value {
        return entries.iter().any(|entry| any_at(entry, path.clone(), passes));
    }
    any_at(value, path, passes)
}

fn any_at<'p>(
    value: &Value,
    path: impl Iterator<Item = &'p str>,
    passes: &mut dyn FnMut(&Value) -> bool,
) -> bool {
    let mut value = value;
    for name in path {
        match value.get(name) {
            Some(inner) => value = inner,
            None => return false,
        }
    }
    match value {
        Value::Array(entries) => entries.iter().any(passes),
        other => passes(other),
    }
}

impl Test {
    fn passes(&self, field: &str, value: &Value) -> bool {
        let text = match value {
            Value::Null => return false,
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        match self {
            Self::Exists => true,
            Self::Is(wanted) if is_exact(field) => text == *wanted,
            Self::Is(wanted) => text.to_lowercase() == wanted.to_lowercase(),
            Self::StartsWith(wanted) => text.to_lowercase().starts_with(&wanted.to_lowercase()),
            Self::Between { low, high } => {
                let above = low.as_ref().is_none_or(|(low, inclusive)| {
                    let order = compare(&text, low);
                    order == Ordering::Greater || (*inclusive && order == Ordering::Equal)
                });
                let below = high.as_ref().is_none_or(|(high, inclusive)| {
                    let order = compare(&text, high);
                    order == Ordering::Less || (*inclusive && order == Ordering::Equal)
                });
                above && below
            }
        }
    }
}

/// Fields whose letters count.
fn is_exact(field: &str) -> bool {
    field == "user_id" || field.starts_with("user_metadata") || field.starts_with("app_metadata")
}

/// Numbers as numbers, times as times, all else as text.
pub(super) fn compare(one: &str, other: &str) -> Ordering {
    if let (Ok(one), Ok(other)) = (one.parse::<f64>(), other.parse::<f64>()) {
        return one.total_cmp(&other);
    }
    if let (Some(one), Some(other)) = (time::parse(one), time::parse(other)) {
        return one.cmp(&other);
    }
    one.cmp(other)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::parse::parse;

    #[test]
    fn users_fit_or_not() {
        let user = json!({
            "user_id": "auth0|Ab",
            "email": "chuck@Example.com",
            "created_at": "2023-01-25T19:00:28.395Z",
            "logins_count": 12,
            "identities": [{"connection": "gigya"}],
            "app_metadata": {"facts": ["one", "two"], "gigya": {"lastLogin": "2020-01-01T00:00:00Z"}},
        });
        let user = user.as_object().unwrap();
        for query in [
            "",
            "*",
            "email:\"CHUCK@example.com\"",
            "email:chuck*",
            "email.domain:example.com",
            "user_id:\"auth0|Ab\"",
            "user_id:(\"x\" OR \"auth0|Ab\")",
            "identities.connection:\"gigya\" AND NOT _exists_:username",
            "app_metadata.facts:two",
            "_exists_:app_metadata.gigya.lastLogin",
            "created_at:[2023-01-25 TO *]",
            "created_at:[* TO 2023-01-25T19:00:28.395Z]",
            "logins_count:{9 TO 12]",
            "username:x email:chuck*",
        ] {
            assert!(parse(query).unwrap().fits(user), "{query}");
        }
        for query in [
            "email:chuck",
            "user_id:\"auth0|ab\"",
            "identities.connection:other",
            "NOT email:chuck*",
            "created_at:[* TO 2023-01-25T19:00:28.395Z}",
            "logins_count:[100 TO 200]",
            "_exists_:username",
            "app_metadata.facts:three",
        ] {
            assert!(!parse(query).unwrap().fits(user), "{query}");
        }
    }
}
