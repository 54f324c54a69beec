//! Who calls: plain secret, signature, or bearer token.
//!
//! The order of the checks: API key, data center, then the credentials in the order user key, time, signature or secret,
//! nonce. A nonce is used up only by a call whose signature is right.

mod bearer;
mod data_center;
mod nonces;
pub(crate) mod query_signature;
mod secret;
mod signature;

pub use data_center::DataCenter;
pub(crate) use nonces::Nonces;
pub use signature::sign;

use crate::call::Call;
use crate::codes;
use crate::error::ApiError;
use crate::keys::Keys;

/// How far the time of a call may be from the site's, either way. Source: the checks of SAP's SDKs.
pub(crate) const TOLERANCE_MS: i64 = 180_000;

/// What a call is held against.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Judge<'a> {
    pub(crate) keys: &'a Keys,
    pub(crate) data_center: &'a DataCenter,
    pub(crate) nonces: &'a Nonces,
}

impl Judge<'_> {
    /// Passes a call to this site in this data center.
    ///
    /// # Errors
    /// 400002 without an API key, 400093 with a wrong one, 301001 in the wrong data center.
    pub(crate) fn site(&self, call: &Call) -> Result<(), ApiError> {
        if call.params.require("apiKey")? != self.keys.api_key {
            return Err(ApiError::plain(codes::INVALID_API_KEY));
        }
        self.data_center.check(call.host_name())
    }

    /// Passes a caller with good credentials of any kind.
    ///
    /// # Errors
    /// The codes of the kind, 403005 when there are no credentials at all.
    pub(crate) fn caller(&self, call: &Call) -> Result<(), ApiError> {
        if let Some(authorization) = &call.authorization {
            return bearer::check(authorization, self.keys, self.nonces, call.time_ms);
        }
        if call.params.get("sig").is_some() {
            return signature::check(call, self.keys, self.nonces);
        }
        if call.params.get("secret").is_some() {
            return secret::check(call, self.keys);
        }
        if call.params.get("userKey").is_some() {
            return Err(ApiError::missing("secret"));
        }
        Err(ApiError::plain(codes::UNAUTHORIZED_USER))
    }

    /// Whether a call brings credentials of any kind.
    pub(crate) fn has_credentials(call: &Call) -> bool {
        call.authorization.is_some() || ["sig", "secret"].iter().any(|name| call.params.get(name).is_some())
    }
}

/// Passes the user key of the site's application.
fn user_key(call: &Call, keys: &Keys) -> Result<(), ApiError> {
    // Calls without a user key are signed with the site's own secret, which SAP has refused since 2023.
    if call.params.require("userKey")? == keys.user_key {
        return Ok(());
    }
    Err(ApiError::plain(codes::UNAUTHORIZED_USER))
}

/// Passes a time that is near the site's.
fn fresh(ms: i64, now_ms: i64) -> Result<(), ApiError> {
    if (now_ms.saturating_sub(ms)).abs() <= TOLERANCE_MS {
        return Ok(());
    }
    Err(ApiError::plain(codes::REQUEST_EXPIRED))
}

/// A time in seconds or in milliseconds since 1970, in milliseconds. SAP's SDKs send seconds, the npm client sends
/// milliseconds.
fn milliseconds(number: i64) -> i64 {
    // 10^11 seconds are the year 5138, 10^11 milliseconds are 1973.
    if number.abs() < 100_000_000_000 { number.saturating_mul(1000) } else { number }
}
