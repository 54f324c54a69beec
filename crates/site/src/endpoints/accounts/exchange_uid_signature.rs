//! `accounts.exchangeUIDSignature`

use subtle::ConstantTimeEq as _;

use crate::account::view;
use crate::call::Call;
use crate::codes;
use crate::document::Document;
use crate::error::ApiError;
use crate::state::AppState;

/// How old a signature may be. Source: SAP Customer Data Cloud, accounts.exchangeUIDSignature.
const FRESH_MS: i64 = 60_000;

/// Gives a new signature for a UID whose signature is right and fresh.
///
/// # Errors
/// 400002 when a parameter is missing, 400006 for a time that is no number, 403003 for a wrong signature, 403002 for an
/// old one.
pub(super) fn run(state: &AppState, call: &Call) -> Result<Document, ApiError> {
    let uid = call.params.require("UID")?;
    let given = call.params.require("UIDSignature")?;
    let timestamp = call.params.require("signatureTimestamp")?;
    let seconds: i64 =
        timestamp.parse().map_err(|_| ApiError::invalid("signatureTimestamp: expected a number"))?;
    let made = view::uid_signature(&state.keys().secret, timestamp, uid).unwrap_or_default();
    if !bool::from(made.as_bytes().ct_eq(given.as_bytes())) {
        return Err(ApiError::plain(codes::INVALID_SIGNATURE));
    }
    if (call.time_ms - seconds.saturating_mul(1000)).abs() > FRESH_MS {
        return Err(ApiError::plain(codes::REQUEST_EXPIRED));
    }
    let mut answer = Document::new();
    answer.set("UID", uid);
    view::sign_uid(state, &mut answer, call.time_ms);
    Ok(answer)
}
