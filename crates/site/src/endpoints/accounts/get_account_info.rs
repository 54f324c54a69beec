//! `accounts.getAccountInfo`

use rusqlite::Connection;

use crate::account::view::{self, Include};
use crate::call::Call;
use crate::document::Document;
use crate::error::ApiError;
use crate::state::AppState;
use crate::store::{Account, Identifier, accounts};

/// The account of `UID`, of a `regToken`, or of `findBy` and `value`.
///
/// # Errors
/// 400002 when neither is given, 403005 for an account that is not there, 409030 for more than five readings of one
/// account at a time.
pub(super) fn run(state: &AppState, call: &Call) -> Result<Document, ApiError> {
    let include = Include::of(call)?;
    let by_token = match (call.params.get("UID"), call.params.get("regToken")) {
        (None, Some(token)) => Some(state.tokens().uid(token, call.time_ms)?),
        _ => None,
    };
    let account = state.store().read_blocking(|db| match by_token {
        Some(uid) => Ok(accounts::by_uid(db, &uid)?),
        None => wanted(db, call),
    })?;
    let account = account.ok_or_else(ApiError::unknown_user)?;
    let _reading = state.limits().reading(&account.uid)?;
    Ok(view::account(state, account.body, &include, call.time_ms))
}

fn wanted(db: &Connection, call: &Call) -> Result<Option<Account>, ApiError> {
    if let Some(uid) = call.params.get("UID") {
        return Ok(accounts::by_uid(db, uid)?);
    }
    let Some(by) = call.params.get("findBy") else { return Err(ApiError::missing("UID")) };
    let value = call.params.require("value")?;
    let kinds: &[Identifier] = match by {
        "UID" => return Ok(accounts::by_uid(db, value)?),
        "loginID" => &[Identifier::Username, Identifier::Email, Identifier::Phone],
        "username" => &[Identifier::Username],
        "email" => &[Identifier::Email],
        "phone" | "phoneNumber" => &[Identifier::Phone],
        _ => return Err(ApiError::invalid("findBy: expected UID, loginID, username, email or phoneNumber")),
    };
    for kind in kinds {
        if let Some(&pk) = accounts::find(db, *kind, value)?.first() {
            return Ok(accounts::by_pk(db, pk)?);
        }
    }
    Ok(None)
}
