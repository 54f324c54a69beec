//! `accounts.tfa.importTFA`

use serde_json::Value;

use crate::call::Call;
use crate::document::Document;
use crate::error::ApiError;
use crate::state::AppState;
use crate::store::accounts::{self, set_time};

/// Registers phones as second factors of an account; its logins then wait for them.
///
/// # Errors
/// 400002 when a parameter is missing, 400006 when it is no list of phones, 403005 for an unknown UID.
pub(super) fn run(state: &AppState, call: &Call) -> Result<Document, ApiError> {
    let uid = call.params.require("UID")?;
    let given = call.params.object("gigyaPhone")?.ok_or_else(|| ApiError::missing("gigyaPhone"))?;
    let phones = given.get("phones").and_then(Value::as_array).filter(|phones| {
        let number = |phone: &Value| phone.get("phone").or_else(|| phone.get("phoneNumber")).is_some();
        !phones.is_empty() && phones.iter().all(number)
    });
    let phones = phones.ok_or_else(|| ApiError::invalid("gigyaPhone.phones: expected a list of phones"))?;
    state.store().write_blocking(|tx| {
        let mut account = accounts::by_uid(tx, uid)?.ok_or_else(ApiError::unknown_user)?;
        account.hidden.set("tfaPhones", phones);
        set_time(&mut account.body, "lastUpdated", call.time_ms);
        accounts::update(tx, &account)?;
        Ok(Document::new())
    })
}
