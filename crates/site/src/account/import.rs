//! What `accounts.importFullAccount` writes.
//!
//! Source: SAP Customer Data Cloud, accounts.importFullAccount.

use serde_json::{Map, Value};

use super::{password, profile, values};
use crate::call::Call;
use crate::codes;
use crate::document::Document;
use crate::error::ApiError;
use crate::store::accounts::set_time;

/// Parameters that only `accounts.setAccountInfo` takes. Source: SAP's toolkit.
const NOT_TAKEN: &[&str] = &["addresses", "internal", "customIdentifiers"];

/// Longest `providerUID` of an identity.
const LONGEST_PROVIDER_UID: usize = 300;

/// Puts the parameters of an import into an account: a new one, or one that is there, of which what is given is
/// replaced.
///
/// # Errors
/// 400006 for a value that is not allowed, and for what is not taken here; 400020 for a member of the profile that its
/// schema does not have.
pub(crate) fn apply(call: &Call, body: &mut Document, new: bool) -> Result<(), ApiError> {
    let params = &call.params;
    if let Some(name) = NOT_TAKEN.iter().find(|name| params.get(name).is_some()) {
        return Err(ApiError::invalid(format!("{name}: not accepted here, use accounts.setAccountInfo")));
    }
    for name in ["isActive", "isRegistered", "isVerified"] {
        values::flag(params, name, body)?;
    }
    for name in ["regSource", "lang"] {
        values::text(params, name, body);
    }
    values::phone(params, body)?;
    if let Some(mut given) = params.object("profile")? {
        if let Some(error) = profile::judge(&mut given).into_iter().next() {
            return Err(ApiError::invalid(format!("{}: {}", error.field_name, error.message)));
        }
        if let Some(name) = profile::unknown(&given) {
            let details = format!("profile.{name}: the schema of the profile has no such field");
            return Err(ApiError::new(codes::SCHEMA_VALIDATION, details));
        }
        body.merge("profile", &Value::Object(given));
    }
    for name in ["data", "preferences", "subscriptions", "communications"] {
        values::object(params, name, body)?;
    }
    if let Some(given) = params.object("emails")? {
        let lists = ["verified", "unverified"].map(|name| values::emails("emails", &given, name));
        set_lists(body, "emails", ["verified", "unverified"], lists)?;
    }
    if let Some(given) = params.object("loginIDs")? {
        let names = ["emails", "unverifiedEmails"];
        let lists = names.map(|name| values::emails("loginIDs", &given, name));
        let username = match given.get("username") {
            None | Some(Value::Null) => None,
            Some(Value::String(username)) => Some(username.clone()).filter(|name| !name.is_empty()),
            Some(_) => return Err(ApiError::invalid("loginIDs.username: expected a text")),
        };
        let mut login = body.object("loginIDs");
        if let Some(username) = username {
            login.set("username", username);
        }
        body.set("loginIDs", login);
        set_lists(body, "loginIDs", names, lists)?;
    }
    if let Some(value) = params.json("identities")? {
        body.set("identities", identities(value)?);
    }
    if let Some(given) = params.object("password")? {
        body.set("password", password::imported(&given, call.time_ms)?);
    }
    times(call, body, new)?;
    let providers = providers(body);
    if !providers.is_empty() {
        body.set("socialProviders", providers.join(","));
    }
    if new {
        for name in ["isActive", "isRegistered"] {
            if !body.has(name) {
                body.set(name, true);
            }
        }
        if !body.has("isVerified") {
            body.set("isVerified", false);
        }
        body.set("loginProvider", "site");
    }
    values::size(body)
}

/// The providers that an account can log in with: those of its identities, and the site where it has a password.
fn providers(body: &Document) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for identity in body.get::<Vec<Document>>("identities").unwrap_or_default() {
        found.extend(identity.text("provider").filter(|provider| !found.contains(provider)));
    }
    if body.has("password") && !found.iter().any(|provider| provider == "site") {
        found.push("site".to_owned());
    }
    found
}

fn set_lists(
    body: &mut Document,
    object: &str,
    names: [&str; 2],
    lists: [Result<Option<Vec<String>>, ApiError>; 2],
) -> Result<(), ApiError> {
    let mut target = body.object(object);
    for (name, list) in names.into_iter().zip(lists) {
        if let Some(list) = list? {
            target.set(name, list);
        }
    }
    body.set(object, target);
    Ok(())
}

/// The account's times: those that are given, and now for what is not.
fn times(call: &Call, body: &mut Document, new: bool) -> Result<(), ApiError> {
    let params = &call.params;
    for name in ["lastLogin", "registered", "verified"] {
        values::moment(params, name, body)?;
    }
    if !values::moment(params, "created", body)? && new {
        set_time(body, "created", call.time_ms);
    }
    if !values::moment(params, "lastUpdated", body)? {
        set_time(body, "lastUpdated", call.time_ms);
    }
    if new {
        set_time(body, "oldestDataUpdated", call.time_ms);
        if !body.has("registered") && body.get("isRegistered") != Some(false) {
            set_time(body, "registered", call.time_ms);
        }
    }
    Ok(())
}

fn identities(value: Value) -> Result<Value, ApiError> {
    let Value::Array(items) = &value else {
        return Err(ApiError::invalid("identities: expected a list"));
    };
    let text = |item: &Map<String, Value>, name: &str| {
        item.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    for (index, item) in items.iter().enumerate() {
        let refuse = |what: &str| Err(ApiError::invalid(format!("identities[{index}]{what}")));
        let Value::Object(item) = item else { return refuse(": expected an object") };
        let (Some(provider), Some(uid)) = (text(item, "provider"), text(item, "providerUID")) else {
            return refuse(": provider and providerUID are needed");
        };
        if provider.starts_with("saml-") || provider.starts_with("oidc-") {
            return refuse(".provider: SAML and OIDC identities cannot be imported");
        }
        if uid.len() > LONGEST_PROVIDER_UID {
            return refuse(".providerUID: longer than 300 characters");
        }
    }
    Ok(value)
}
