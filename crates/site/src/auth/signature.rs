//! Signed calls: HMAC-SHA1 over method, URL and parameters.
//!
//! Source: SAP's SDKs for Python and Java, and the vectors made with the former.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha1::Sha1;

use super::{Nonces, fresh, milliseconds, user_key};
use crate::call::Call;
use crate::codes;
use crate::error::ApiError;
use crate::keys::Keys;
use crate::params::Params;

/// Everything but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Passes a call whose signature fits, whose time is near and whose nonce is new.
///
/// # Errors
/// 400002 when a parameter is missing, 400006 for a time that is no number, 403005 for an unknown user key, 403002 for
/// a time that is too far off, 403003 for a wrong signature, 403004 for a used nonce.
pub(super) fn check(call: &Call, keys: &Keys, nonces: &Nonces) -> Result<(), ApiError> {
    user_key(call, keys)?;
    let timestamp: i64 = call
        .params
        .require("timestamp")?
        .parse()
        .map_err(|_| ApiError::invalid("timestamp: expected a number"))?;
    let nonce = call.params.require("nonce")?;
    let given = call.params.require("sig")?;
    fresh(milliseconds(timestamp), call.time_ms)?;
    if !fits(call, &keys.secret, given) {
        return Err(ApiError::plain(codes::INVALID_SIGNATURE));
    }
    nonces.take(nonce, call.time_ms)
}

/// Whether the signature is right for one of the ways in which clients write the URL: with the port and without it
/// (SAP's Java SDK signs a port that is not the default, the npm client never does).
fn fits(call: &Call, secret: &str, given: &str) -> bool {
    let Ok(given) = STANDARD.decode(given) else { return false };
    [call.host.as_str(), call.host_name()].iter().any(|host| {
        let url = format!("{}://{host}{}", call.scheme, call.path);
        mac(secret, &base_string(&call.http_method, &url, &call.params))
            .is_some_and(|mac| mac.verify_slice(&given).is_ok())
    })
}

/// The signature of a call: base64. `None` when the secret is not base64.
#[must_use]
pub fn sign(secret: &str, base_string: &str) -> Option<String> {
    Some(STANDARD.encode(mac(secret, base_string)?.finalize().into_bytes()))
}

pub(super) fn mac(secret: &str, base_string: &str) -> Option<Hmac<Sha1>> {
    let mut mac = Hmac::<Sha1>::new_from_slice(&STANDARD.decode(secret).ok()?).ok()?;
    mac.update(base_string.as_bytes());
    Some(mac)
}

/// Method, URL and parameters, sorted by name and without `sig`.
fn base_string(method: &str, url: &str, params: &Params) -> String {
    let mut pairs: Vec<_> = params.iter().filter(|(name, _)| *name != "sig").collect();
    pairs.sort_unstable();
    let query: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
    format!("{method}&{}&{}", encode(url), encode(&query.join("&")))
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

#[cfg(test)]
mod tests;
