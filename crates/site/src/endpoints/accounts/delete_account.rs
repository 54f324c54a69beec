//! `accounts.deleteAccount`

use crate::call::Call;
use crate::codes;
use crate::document::Document;
use crate::error::ApiError;
use crate::policies;
use crate::state::AppState;
use crate::store::accounts;

/// Removes the account of a UID.
///
/// # Errors
/// 400002 without a UID, 403005 for an unknown one, 401000 when the site's policy is to tell deleted accounts by email.
pub(super) fn run(state: &AppState, call: &Call) -> Result<Document, ApiError> {
    let uid = call.params.require("UID")?;
    state.store().write_blocking(|tx| {
        if policies::get(tx)?.account_options.send_account_deleted_email {
            return Err(ApiError::plain(codes::INVALID_POLICY));
        }
        let account = accounts::by_uid(tx, uid)?.filter(|account| !account.lite);
        accounts::delete(tx, account.ok_or_else(ApiError::unknown_user)?.pk)?;
        Ok(Document::new())
    })
}
