//! Parameters that several calls share, judged.

use serde_json::{Map, Value};

use crate::codes;
use crate::document::Document;
use crate::error::ApiError;
use crate::params::Params;
use crate::store::accounts::set_time;
use crate::time;

/// Largest account in bytes. Source: SAP Customer Data Cloud, limits on accounts.
pub(crate) const LARGEST: usize = 512 * 1024;

/// Sets a boolean member from the parameter of its name.
pub(crate) fn flag(params: &Params, name: &str, body: &mut Document) -> Result<(), ApiError> {
    if let Some(value) = params.flag(name)? {
        body.set(name, value);
    }
    Ok(())
}

/// Sets a text member from the parameter of its name.
pub(crate) fn text(params: &Params, name: &str, body: &mut Document) {
    if let Some(value) = params.get(name) {
        body.set(name, value);
    }
}

/// A phone number, which logs in, from the parameter of its name.
///
/// # Errors
/// 400006 unless it is as E.164 has it.
pub(crate) fn phone(params: &Params, body: &mut Document) -> Result<(), ApiError> {
    let Some(number) = params.get("phoneNumber") else { return Ok(()) };
    let digits = number.strip_prefix('+').unwrap_or_default();
    let is_e164 = (2..=15).contains(&digits.len())
        && !digits.starts_with('0')
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_e164 {
        return Err(ApiError::invalid("phoneNumber: expected E.164, such as +442071838750"));
    }
    body.set("phoneNumber", number);
    Ok(())
}

/// Longest text below `data` in bytes: that of the type `string`, which fields have that the schema does not know.
const LONGEST: usize = 16 * 1024;

/// The path of a text that is longer than a field may be.
fn too_long(value: &Value, path: &str) -> Option<String> {
    match value {
        Value::String(text) => (text.len() > LONGEST).then(|| path.to_owned()),
        Value::Array(items) => items.iter().find_map(|item| too_long(item, path)),
        Value::Object(members) => {
            members.iter().find_map(|(name, member)| too_long(member, &format!("{path}.{name}")))
        }
        _ => None,
    }
}

/// Merges an object member with the parameter of its name.
pub(crate) fn object(params: &Params, name: &str, body: &mut Document) -> Result<(), ApiError> {
    if let Some(mut members) = params.object(name)? {
        if matches!(name, "subscriptions" | "preferences") {
            truths(&mut members, name)?;
        }
        let members = Value::Object(members);
        if name == "data"
            && let Some(path) = too_long(&members, name)
        {
            return Err(ApiError::invalid(format!("{path}: the text is longer than 16 KB")));
        }
        body.merge(name, &members);
    }
    Ok(())
}

/// Turns the truths of subscriptions and preferences that are texts into truths, as the schema does; an empty text is
/// nothing. SAP's own dataflow for imports sends what stands in a CSV file.
fn truths(members: &mut Map<String, Value>, path: &str) -> Result<(), ApiError> {
    for (name, value) in members {
        match value {
            Value::Object(inner) => truths(inner, &format!("{path}.{name}"))?,
            Value::String(text) if matches!(name.as_str(), "isSubscribed" | "isConsentGranted") => {
                *value = match text.trim().to_ascii_lowercase().as_str() {
                    "true" => Value::Bool(true),
                    "false" => Value::Bool(false),
                    "" => Value::Null,
                    _ => return Err(ApiError::invalid(format!("{path}.{name}: expected true or false"))),
                };
            }
            _ => {}
        }
    }
    Ok(())
}

/// Sets one of the account's times from the parameter of its name; whether it was given.
pub(crate) fn moment(params: &Params, name: &str, body: &mut Document) -> Result<bool, ApiError> {
    let Some(text) = params.get(name) else { return Ok(false) };
    let ms = time::parse(text).ok_or_else(|| {
        ApiError::invalid(format!("{name}: expected an ISO 8601 time, such as 2023-06-13T23:23:52.512Z"))
    })?;
    set_time(body, name, ms);
    Ok(true)
}

/// A list of emails in an object of emails.
pub(crate) fn emails(
    of: &str,
    object: &Map<String, Value>,
    name: &str,
) -> Result<Option<Vec<String>>, ApiError> {
    let Some(value) = object.get(name).filter(|value| !value.is_null()) else { return Ok(None) };
    let list = value.as_array().and_then(|items| {
        items.iter().map(|item| item.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
    });
    let list = list.ok_or_else(|| ApiError::invalid(format!("{of}.{name}: expected a list of texts")))?;
    match list.iter().find(|email| !is_email(email)) {
        Some(_) => Err(ApiError::invalid(format!("{of}.{name}: an item is not an email address"))),
        None => Ok(Some(list)),
    }
}

/// Whether a text may be an email address: something, an at sign, a domain with a dot or a host.
pub(crate) fn is_email(text: &str) -> bool {
    text.len() <= 254
        && !text.contains(char::is_whitespace)
        && text.rsplit_once('@').is_some_and(|(local, domain)| {
            !local.is_empty() && !domain.is_empty() && !domain.starts_with('.') && !domain.ends_with('.')
        })
}

/// Passes an account that is not too large.
///
/// # Errors
/// 413003.
pub(crate) fn size(body: &Document) -> Result<(), ApiError> {
    if body.to_json().len() > LARGEST {
        return Err(ApiError::new(codes::OBJECT_TOO_LARGE, "The account is larger than 512 KB"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn truths_in_texts_become_truths() {
        let object = |value: Value| value.as_object().cloned().unwrap_or_default();
        let mut given = object(json!({
            "news": {"email": {"isSubscribed": "TRUE", "tags": ["true"]}}, "x": {"isConsentGranted": ""},
            "y": {"isConsentGranted": false, "lang": "false"},
        }));
        truths(&mut given, "preferences").unwrap();
        assert_eq!(
            Value::Object(given),
            json!({
                "news": {"email": {"isSubscribed": true, "tags": ["true"]}}, "x": {"isConsentGranted": null},
                "y": {"isConsentGranted": false, "lang": "false"},
            })
        );
        let refused =
            truths(&mut object(json!({"a": {"isSubscribed": "perhaps"}})), "subscriptions").unwrap_err();
        assert_eq!(refused.details, "subscriptions.a.isSubscribed: expected true or false");
    }
}
