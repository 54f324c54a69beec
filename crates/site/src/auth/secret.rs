//! The secret itself, over HTTPS only.

use subtle::ConstantTimeEq as _;

use super::user_key;
use crate::call::Call;
use crate::codes;
use crate::error::ApiError;
use crate::keys::Keys;

/// Passes a call with the right user key and secret.
///
/// # Errors
/// 403006 over plain HTTP, 403005 for an unknown user key, 403010 for a wrong secret.
pub(super) fn check(call: &Call, keys: &Keys) -> Result<(), ApiError> {
    if call.scheme != "https" {
        return Err(ApiError::plain(codes::SECRET_OVER_HTTP));
    }
    user_key(call, keys)?;
    let given = call.params.require("secret")?;
    if bool::from(given.as_bytes().ct_eq(keys.secret.as_bytes())) {
        return Ok(());
    }
    Err(ApiError::plain(codes::INVALID_SECRET))
}
