//! `accounts.isAvailableLoginID`

use crate::call::Call;
use crate::document::Document;
use crate::error::ApiError;
use crate::state::AppState;
use crate::store::{Identifier, accounts};

/// Whether no account logs in with an identifier.
///
/// # Errors
/// 400002 without one.
pub(super) fn run(state: &AppState, call: &Call) -> Result<Document, ApiError> {
    let login_id = call.params.require("loginID")?;
    let kinds = [Identifier::Username, Identifier::Email, Identifier::Phone];
    let available = state.store().read_blocking(|db| -> Result<_, ApiError> {
        for kind in kinds {
            if !accounts::find(db, kind, login_id)?.is_empty() {
                return Ok(false);
            }
        }
        Ok(true)
    })?;
    let mut answer = Document::new();
    answer.set("isAvailable", available);
    Ok(answer)
}
