//! `accounts.importFullAccount`

use rusqlite::Connection;

use crate::account::{identifiers, import};
use crate::call::Call;
use crate::codes;
use crate::document::Document;
use crate::error::ApiError;
use crate::ids;
use crate::state::AppState;
use crate::store::{Account, accounts};

/// Adds an account, or writes over one (`importPolicy=upsert`).
///
/// # Errors
/// 400002 without a UID, 400003 for a UID or login identifier that is taken, 400006 for a value that is not allowed,
/// 413003 for an account of more than 512 KB, 503001 for the sixth import of a UID within a minute.
pub(super) fn run(state: &AppState, call: &Call) -> Result<Document, ApiError> {
    let uid = match (call.params.get("UID"), call.params.flag("createUID")?.unwrap_or(false)) {
        (Some(_), true) => return Err(ApiError::invalid("UID and createUID exclude each other")),
        (Some(uid), false) => uid.to_owned(),
        (None, true) => ids::hex32(),
        (None, false) => return Err(ApiError::missing("UID")),
    };
    let upsert = match call.params.get("importPolicy").unwrap_or("insert") {
        policy if policy.eq_ignore_ascii_case("insert") => false,
        policy if policy.eq_ignore_ascii_case("upsert") => true,
        _ => return Err(ApiError::invalid("importPolicy: expected insert or upsert")),
    };
    state.limits().import(&uid, call.time_ms)?;
    state.store().write_blocking(|tx| write(tx, call, &uid, upsert))
}

fn write(tx: &Connection, call: &Call, uid: &str, upsert: bool) -> Result<Document, ApiError> {
    let found = accounts::by_uid(tx, uid)?;
    if found.as_ref().is_some_and(|account| !account.lite) && !upsert {
        return Err(ApiError::new(codes::UNIQUE_IDENTIFIER_EXISTS, "UID already exists"));
    }
    let own = found.as_ref().map(|account| account.pk);
    // A lite account becomes a full one and keeps what it has.
    let new = found.as_ref().is_none_or(|account| account.lite);
    let mut body = found.as_ref().map(|account| account.body.clone()).unwrap_or_default();
    body.set("UID", uid);
    import::apply(call, &mut body, new)?;
    identifiers::unique(tx, own, None, &body)?;
    let conflicts = identifiers::identity_conflicts(tx, own, &mut body)?;
    match found {
        Some(account) => {
            body.retain(|name| !["email", "hasFullAccount", "hasLiteAccount"].contains(&name));
            accounts::update(tx, &Account { lite: false, body, ..account })?;
        }
        None => {
            accounts::insert(tx, false, &body)?;
        }
    }
    let mut answer = Document::new();
    answer.set("UID", uid);
    if !conflicts.is_empty() {
        answer.set("identityConflicts", conflicts);
    }
    Ok(answer)
}
