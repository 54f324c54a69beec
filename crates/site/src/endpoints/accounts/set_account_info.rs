//! `accounts.setAccountInfo`
//!
//! Source: SAP Customer Data Cloud, accounts.setAccountInfo.

use rusqlite::Connection;
use serde_json::Value;

use crate::account::{identifiers, profile, values};
use crate::call::Call;
use crate::codes;
use crate::document::Document;
use crate::error::{ApiError, ValidationError};
use crate::state::AppState;
use crate::store::Account;
use crate::store::accounts::{self, set_time};
use crate::{password, policies};

/// Parameters that a call with a `regToken`, which counts as a browser's, may not bring.
const SERVER_ONLY: &[&str] = &["internal", "customIdentifiers", "isActive", "isVerified", "securityOverride"];

/// Objects that are merged member by member.
const MERGED: &[&str] =
    &["data", "preferences", "subscriptions", "communications", "internal", "addresses", "customIdentifiers"];

/// Changes what is given and leaves the rest: objects member by member, null deletes.
///
/// # Errors
/// 403005 for an unknown UID, 400009 for a profile or password that is not valid, 400003 for an identifier that another
/// account has (200010 with `conflictHandling=saveProfileAndFail`, after the rest was saved), 400006, 413003.
pub(super) fn run(state: &AppState, call: &Call) -> Result<Document, ApiError> {
    let uid = match (call.params.get("UID"), call.params.get("regToken")) {
        (Some(uid), _) => uid.to_owned(),
        (None, Some(token)) => {
            if let Some(name) = SERVER_ONLY.iter().find(|name| call.params.get(name).is_some()) {
                return Err(ApiError::new(codes::PERMISSION_DENIED, format!("{name}: not with a regToken")));
            }
            state.tokens().uid(token, call.time_ms)?
        }
        (None, None) => return Err(ApiError::missing("UID")),
    };
    let outcome = state.store().write_blocking(|tx| write(tx, call, &uid))?;
    outcome.map_or_else(
        || {
            let mut answer = Document::new();
            answer.set("UID", &uid);
            Ok(answer)
        },
        Err,
    )
}

/// Writes the account. An error inside `Ok` is told after the rest was saved.
fn write(tx: &Connection, call: &Call, uid: &str) -> Result<Option<ApiError>, ApiError> {
    let mut account = accounts::by_uid(tx, uid)?.ok_or_else(ApiError::unknown_user)?;
    let params = &call.params;
    let saves_the_rest = match params.get("conflictHandling") {
        None | Some("fail") => false,
        Some("saveProfileAndFail") => true,
        Some(_) => return Err(ApiError::invalid("conflictHandling: expected fail or saveProfileAndFail")),
    };
    let stored = account.body.clone();
    profile_of(call, &mut account.body)?;
    for name in MERGED {
        values::object(params, name, &mut account.body)?;
    }
    for name in ["regSource", "lang"] {
        values::text(params, name, &mut account.body);
    }
    values::flag(params, "isActive", &mut account.body)?;
    verify(call, &mut account.body)?;
    passwords(tx, call, &mut account)?;
    if let Some(rba) = params.object("rba")? {
        account.body.merge("rbaPolicy", &Value::Object(rba));
    }

    // What belongs to another account must not keep the rest from being saved, if the caller says so.
    let before = account.body.clone();
    login_ids(call, &mut account.body)?;
    let mut conflict = None;
    if let Err(error) = identifiers::unique(tx, Some(account.pk), Some(&stored), &account.body) {
        if !saves_the_rest {
            return Err(error);
        }
        account.body = before;
        conflict = Some(ApiError::new(codes::LOGIN_IDENTIFIER_CONFLICT, error.details).with("UID", uid));
    }
    values::size(&account.body)?;
    set_time(&mut account.body, "lastUpdated", call.time_ms);
    accounts::update(tx, &account)?;
    Ok(conflict)
}

fn profile_of(call: &Call, body: &mut Document) -> Result<(), ApiError> {
    let Some(mut given) = call.params.object("profile")? else { return Ok(()) };
    let mut errors = profile::judge(&mut given);
    let email = given.get("email").and_then(Value::as_str).map(str::to_owned);
    if email.as_deref().is_some_and(|email| !values::is_email(email)) {
        errors.push(invalid("profile.email", "Unallowed value for field: email"));
    }
    if !errors.is_empty() {
        return Err(ApiError::validation(&errors));
    }
    body.merge("profile", &Value::Object(given));
    if let Some(email) = email {
        let mut emails = body.object("emails");
        let mut unverified: Vec<String> = emails.get("unverified").unwrap_or_default();
        let verified: Vec<String> = emails.get("verified").unwrap_or_default();
        if !verified.iter().chain(&unverified).any(|known| known.eq_ignore_ascii_case(&email)) {
            unverified.push(email);
            emails.set("unverified", unverified);
            body.set("emails", emails);
        }
    }
    Ok(())
}

/// `isVerified=true` verifies every email of the account; there is no way back.
fn verify(call: &Call, body: &mut Document) -> Result<(), ApiError> {
    match call.params.flag("isVerified")? {
        None => return Ok(()),
        Some(true) => {}
        Some(false) if body.get("isVerified") != Some(true) => return Ok(()),
        Some(false) => return Err(ApiError::invalid("isVerified: a verified account stays verified")),
    }
    body.set("isVerified", true);
    set_time(body, "verified", call.time_ms);
    for (object, from, to) in
        [("emails", "unverified", "verified"), ("loginIDs", "unverifiedEmails", "emails")]
    {
        let mut lists = body.object(object);
        let moved: Vec<String> = lists.get(from).unwrap_or_default();
        let mut all: Vec<String> = lists.get(to).unwrap_or_default();
        all.extend(moved.into_iter().filter(|email| !all.contains(email)).collect::<Vec<_>>());
        if !all.is_empty() {
            lists.set(to, all);
            lists.set(from, Vec::<String>::new());
            body.set(object, lists);
        }
    }
    Ok(())
}

fn passwords(tx: &Connection, call: &Call, account: &mut Account) -> Result<(), ApiError> {
    if let Some(required) = call.params.flag("requirePasswordChange")? {
        account.hidden.set("requirePasswordChange", required);
    }
    if let (Some(question), Some(answer)) =
        (call.params.get("secretQuestion"), call.params.get("secretAnswer"))
    {
        account.hidden.set("secretQuestion", question);
        account.hidden.set("secretAnswer", password::make(answer, call.time_ms));
    }
    let Some(new) = call.params.get("newPassword") else { return Ok(()) };
    let stored = account.body.object("password");
    let overridden = call.params.flag("securityOverride")?.unwrap_or(false);
    if !stored.is_empty() && !overridden {
        let old = call.params.require("password")?;
        if !password::verify(&stored, old).unwrap_or(false) {
            return Err(ApiError::validation(&[invalid("password", "invalid password")]));
        }
    }
    if new.chars().count() < policies::get(tx)?.password_complexity.min_length {
        let message = "Password does not meet complexity requirements";
        return Err(ApiError::validation(&[invalid("newPassword", message)]));
    }
    account.body.set("password", password::make(new, call.time_ms));
    account.hidden.remove("requirePasswordChange");
    Ok(())
}

fn login_ids(call: &Call, body: &mut Document) -> Result<(), ApiError> {
    let params = &call.params;
    values::phone(params, body)?;
    let mut login = body.object("loginIDs");
    if let Some(username) = params.get("username") {
        login.set("username", username);
    }
    let mut emails: Vec<String> = login.get("emails").unwrap_or_default();
    let same = |one: &String, other: &str| one.eq_ignore_ascii_case(other);
    for email in params.list("addLoginEmails") {
        if !values::is_email(email) {
            return Err(ApiError::invalid("addLoginEmails: an item is not an email address"));
        }
        if !emails.iter().any(|known| same(known, email)) {
            emails.push(email.to_owned());
        }
    }
    emails.retain(|known| !params.list("removeLoginEmails").any(|email| same(known, email)));
    if login.has("emails") || !emails.is_empty() {
        login.set("emails", emails);
    }
    if !login.is_empty() {
        body.set("loginIDs", login);
    }
    Ok(())
}

fn invalid(field: &str, message: &str) -> ValidationError {
    ValidationError {
        error_code: codes::INVALID_PARAMETER_VALUE,
        message: message.to_owned(),
        field_name: field.to_owned(),
    }
}
