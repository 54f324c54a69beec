//! `accounts.deleteLiteAccount`

use crate::call::Call;
use crate::document::Document;
use crate::error::ApiError;
use crate::state::AppState;
use crate::store::accounts;

/// Removes the lite account of a UID or of an email.
///
/// # Errors
/// 400002 when neither is given, 403005 for one that is not known.
pub(super) fn run(state: &AppState, call: &Call) -> Result<Document, ApiError> {
    state.store().write_blocking(|tx| {
        let account = match (call.params.get("UID"), call.params.get("email")) {
            (Some(uid), _) => accounts::by_uid(tx, uid)?,
            (None, Some(email)) => accounts::lite_by_email(tx, email)?,
            (None, None) => return Err(ApiError::missing("UID")),
        };
        let account = account.filter(|account| account.lite).ok_or_else(ApiError::unknown_user)?;
        accounts::delete(tx, account.pk)?;
        Ok(Document::new())
    })
}
