//! Percent-encoding as Gigya signs it.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A value, encoded.
pub(crate) fn encode(value: &str) -> impl std::fmt::Display {
    utf8_percent_encode(value, RESERVED)
}

/// `key=value&…` in the order of the keys: what is signed, and the body of a call. Keys are names of parameters and
/// are not encoded. Source: SAP/gigya-python-sdk, `GSSDK.py`.
pub(crate) fn form(params: &BTreeMap<String, String>) -> String {
    let mut out = String::new();
    for (key, value) in params {
        if !out.is_empty() {
            out.push('&');
        }
        out.push_str(key);
        out.push('=');
        out.extend(utf8_percent_encode(value, RESERVED));
    }
    out
}
