//! `querySig`: a query that a back end signed for its page or app to send.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::Mac as _;

use super::signature;
use crate::call::Call;
use crate::codes;
use crate::error::ApiError;
use crate::keys::Keys;

/// Passes a query whose signature fits: HMAC-SHA1 over `query_expTime`, with the time (milliseconds since 1970, as it was
/// written) not over. Source: "accounts.search REST", querySig and expTime.
///
/// # Errors
/// 403005 without a signature, 400002 when a parameter is missing, 400006 for a time that is no number, 403002 when it is
/// over, 403003 for a wrong signature.
pub(crate) fn check(call: &Call, keys: &Keys) -> Result<(), ApiError> {
    let Some(given) = call.params.get("querySig") else {
        return Err(ApiError::plain(codes::UNAUTHORIZED_USER));
    };
    let query = call.params.require("query")?;
    let until = call.params.require("expTime")?;
    let until_ms: i64 = until.parse().map_err(|_| ApiError::invalid("expTime: expected a number"))?;
    if super::milliseconds(until_ms) < call.time_ms {
        return Err(ApiError::plain(codes::REQUEST_EXPIRED));
    }
    let mac = signature::mac(&keys.secret, &format!("{query}_{until}"));
    let fits =
        STANDARD.decode(given).ok().zip(mac).is_some_and(|(given, mac)| mac.verify_slice(&given).is_ok());
    if fits { Ok(()) } else { Err(ApiError::plain(codes::INVALID_SIGNATURE)) }
}
