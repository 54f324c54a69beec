//! `gm.getChallengeStatus`

use crate::call::Call;
use crate::document::Document;
use crate::error::ApiError;
use crate::state::AppState;
use crate::store::accounts;

/// What an account has achieved in the challenges of the site. This one has no challenges, so that it is nothing.
///
/// # Errors
/// 400002 without `UID`, 403005 for one that is not known.
pub(super) fn run(state: &AppState, call: &Call) -> Result<Document, ApiError> {
    let uid = call.params.require("UID")?;
    let known = state.store().read_blocking(|db| Ok::<_, ApiError>(accounts::by_uid(db, uid)?.is_some()))?;
    if !known {
        return Err(ApiError::unknown_user());
    }
    let mut answer = Document::new();
    answer.set("achievements", [(); 0]);
    Ok(answer)
}
