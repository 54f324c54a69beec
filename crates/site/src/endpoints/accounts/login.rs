//! `accounts.login`
//!
//! Source: SAP Customer Data Cloud, accounts.login, and "Response Codes and Errors".

use rusqlite::Connection;
use serde_json::json;

use crate::account::view::{self, Include};
use crate::call::Call;
use crate::codes;
use crate::document::Document;
use crate::error::ApiError;
use crate::password;
use crate::policies::{self, Policies};
use crate::state::AppState;
use crate::store::accounts::{self, set_time};
use crate::store::{Account, Identifier};
use crate::{time, tokens};

/// Holds a password against the accounts of a login identifier; the hash of an imported password that fits is replaced
/// by one of the site's own, as Gigya does it.
///
/// # Errors
/// 403042 when identifier or password is wrong, 403120 for a locked account, 403041 for a disabled one; 206001, 206002,
/// 403100, 403101 and 403102, with a `regToken`, when the password is right and something else is missing.
pub(super) fn run(state: &AppState, call: &Call) -> Result<Document, ApiError> {
    let login_id = call.params.require("loginID")?;
    let given = call.params.require("password")?;
    let include = Include::of(call)?;
    match call.params.get("loginMode").unwrap_or("standard") {
        "standard" | "reAuth" => {}
        "link" => return Err(ApiError::invalid("loginMode: link is not built by this site")),
        _ => return Err(ApiError::invalid("loginMode: expected standard, link or reAuth")),
    }
    if let Some(other) = call.params.get("targetEnv").filter(|env| !["browser", "mobile"].contains(env)) {
        return Err(ApiError::invalid(format!(
            "targetEnv: {other} is not known; expected browser or mobile"
        )));
    }
    let now_ms = call.time_ms;
    let (policies, candidates) = state
        .store()
        .read_blocking(|db| -> Result<_, ApiError> { Ok((policies::get(db)?, candidates(db, login_id)?)) })?;
    // An export can hold the same identifier twice; whoever has the password is meant.
    let mut found = None;
    for (account, verified) in candidates {
        if accounts::time_of(&account.body, "lockedUntil") > now_ms {
            return Err(ApiError::plain(codes::ACCOUNT_LOCKED_OUT));
        }
        if fits(&account, given) {
            found = Some((account, verified));
            break;
        }
        failed(state, &account, &policies, now_ms)?;
    }
    let Some((account, verified)) = found else {
        return Err(ApiError::new(codes::INVALID_LOGIN_ID, "invalid loginID or password"));
    };
    state.lockout().passed(account.pk);
    if let Some(obstacle) = obstacle(&account, verified, &policies) {
        return Err(pending(state, account, obstacle, &include, now_ms));
    }
    let account = logged_in(state, account, given, now_ms)?;
    let mut answer = view::account(state, account.body, &include, now_ms);
    answer.set("sessionInfo", session(state, call));
    answer.set("newUser", false);
    Ok(answer)
}

/// The full accounts of an identifier, and whether the identifier is verified.
fn candidates(db: &Connection, login_id: &str) -> Result<Vec<(Account, bool)>, ApiError> {
    let kinds = [
        (Identifier::Email, true),
        (Identifier::Username, true),
        (Identifier::Phone, true),
        (Identifier::UnverifiedEmail, false),
    ];
    let mut found: Vec<(Account, bool)> = Vec::new();
    for (kind, verified) in kinds {
        for pk in accounts::find(db, kind, login_id)? {
            if found.iter().all(|(account, _)| account.pk != pk)
                && let Some(account) = accounts::by_pk(db, pk)?
                && !account.lite
            {
                found.push((account, verified));
            }
        }
    }
    Ok(found)
}

fn fits(account: &Account, given: &str) -> bool {
    password::verify(&account.body.object("password"), given).unwrap_or_else(|error| {
        tracing::warn!(%error, uid = account.uid, "a login failed: the stored password cannot be checked");
        false
    })
}

/// Counts a wrong password, which can lock the account.
fn failed(state: &AppState, account: &Account, policies: &Policies, now_ms: i64) -> Result<(), ApiError> {
    let Some(until) = state.lockout().failed(account.pk, &policies.security.account_lockout, now_ms) else {
        return Ok(());
    };
    state.store().write_blocking(|tx| -> Result<(), ApiError> {
        if let Some(mut account) = accounts::by_pk(tx, account.pk)? {
            account.body.set("lockedUntil", time::iso(until));
            account.body.set("isLockedOut", true);
            set_time(&mut account.body, "lastUpdated", now_ms);
            accounts::update(tx, &account)?;
        }
        Ok(())
    })
}

/// What is missing although the password is right.
fn obstacle(account: &Account, verified: bool, policies: &Policies) -> Option<u32> {
    let is = |name: &str, value: bool| account.body.get(name) == Some(value);
    let options = &policies.account_options;
    if is("isActive", false) {
        Some(codes::ACCOUNT_DISABLED)
    } else if is("isRegistered", false) {
        Some(codes::PENDING_REGISTRATION)
    } else if !verified || options.verify_email && !options.allow_unverified_login && !is("isVerified", true)
    {
        Some(codes::PENDING_VERIFICATION)
    } else if account.hidden.get("requirePasswordChange") == Some(true) {
        Some(codes::PENDING_PASSWORD_CHANGE)
    } else if account.hidden.has("tfaPhones") {
        Some(codes::PENDING_TFA_VERIFICATION)
    } else if account.body.text("tfaStatus").as_deref() == Some("forceOn") {
        Some(codes::PENDING_TFA_REGISTRATION)
    } else {
        None
    }
}

/// The answer to a login that cannot end yet. A disabled account shows nothing of itself.
fn pending(state: &AppState, account: Account, code: u32, include: &Include, now_ms: i64) -> ApiError {
    let mut error = ApiError::plain(code);
    if code == codes::ACCOUNT_DISABLED {
        return error;
    }
    let unverified: Vec<String> = account.body.object("emails").get("unverified").unwrap_or_default();
    let token = state.tokens().give(&account.uid, now_ms);
    if code == codes::PENDING_REGISTRATION || code == codes::PENDING_VERIFICATION {
        error.members = view::account(state, account.body, include, now_ms);
    }
    error.members.set("regToken", token);
    if code == codes::PENDING_VERIFICATION {
        error.members.set("unverifiedEmails", unverified);
    }
    error
}

fn logged_in(state: &AppState, account: Account, given: &str, now_ms: i64) -> Result<Account, ApiError> {
    let stored = account.body.object("password");
    let rehashed = (!password::is_own(&stored)).then(|| {
        let mut made = password::make(given, now_ms);
        // It is still the password that was set then.
        if let Some(created) = stored.text("created") {
            made["created"] = created.into();
        }
        made
    });
    state.store().write_blocking(|tx| {
        // As it is now: others may have written while the password was checked.
        let mut account = accounts::by_pk(tx, account.pk)?.ok_or_else(ApiError::unknown_user)?;
        if let Some(password) = &rehashed {
            account.body.set("password", password);
        }
        for name in ["lockedUntil", "isLockedOut"] {
            account.body.remove(name);
        }
        account.body.set("loginProvider", "site");
        set_time(&mut account.body, "lastLogin", now_ms);
        set_time(&mut account.body, "lastUpdated", now_ms);
        accounts::update(tx, &account)?;
        Ok(account)
    })
}

/// What a client keeps as its session. The site itself takes calls by applications only.
fn session(state: &AppState, call: &Call) -> serde_json::Value {
    if call.params.get("targetEnv") == Some("mobile") {
        return json!({"sessionToken": tokens::random(), "sessionSecret": tokens::random()});
    }
    json!({"cookieName": format!("glt_{}", state.api_key()), "cookieValue": tokens::random()})
}
