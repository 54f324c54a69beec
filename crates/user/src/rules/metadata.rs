//! Keys of metadata.

/// Keys that `app_metadata` must not hold on its top level; deeper ones are free.
/// Source: Auth0, "Metadata Fields and Data" and "Bulk User Imports".
pub const FORBIDDEN_APP_METADATA_KEYS: [&str; 18] = [
    "__tenant",
    "_id",
    "blocked",
    "clientID",
    "created_at",
    "email",
    "email_verified",
    "globalClientID",
    "global_client_id",
    "identities",
    "lastIP",
    "lastLogin",
    "loginsCount",
    "metadata",
    "multifactor",
    "multifactor_last_modified",
    "updated_at",
    "user_id",
];

/// Whether a key of `user_metadata` holds neither `.` nor `$`.
#[must_use]
pub fn metadata_key(key: &str) -> bool {
    !key.contains(['.', '$'])
}

/// Whether all keys in a JSON text, however deep, hold neither `.` nor `$`. The text is an object, or its members without
/// the braces; it has been validated before.
#[must_use]
pub fn metadata_keys_ok(raw_json: &[u8]) -> bool {
    let mut rest = raw_json;
    while let Some(start) = rest.iter().position(|&byte| byte == b'"') {
        rest = rest.get(start + 1..).unwrap_or_default();
        let (end, special) = string(rest);
        let text = rest.get(..end).unwrap_or_default();
        rest = rest.get(end + 1..).unwrap_or_default();
        // Only a key has a colon after it.
        if special
            && rest.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b':')
            && !String::from_utf8_lossy(text)
                .replace("\\u002E", ".")
                .replace("\\u002e", ".")
                .replace("\\u0024", "$")
                .chars()
                .all(|c| c != '.' && c != '$')
        {
            return false;
        }
    }
    true
}

/// Where a string ends, and whether it holds a `.`, a `$` or an escape.
fn string(rest: &[u8]) -> (usize, bool) {
    let mut special = false;
    let mut index = 0;
    while let Some(&byte) = rest.get(index) {
        match byte {
            b'"' => return (index, special),
            b'\\' => {
                special = true;
                index += 1;
            }
            b'.' | b'$' => special = true,
            _ => {}
        }
        index += 1;
    }
    (rest.len(), special)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_at_any_depth() {
        for json in [r#"{"a":1,"b":["x.y","$"],"c":{"d":"e.f"}}"#, "", "{}", r#""a":"x.y","b\"c": "$""#] {
            assert!(metadata_keys_ok(json.as_bytes()), "{json}");
        }
        for json in [
            r#"{"a.b":1}"#,
            r#"{"a":[{"b":{"$c" : 1}}]}"#,
            r#""a\"b.c":1"#,
            r#"{"\u0024a":1}"#,
            r#"{"a\u002Eb":1}"#,
            r#"{"a\u002eb":1}"#,
        ] {
            assert!(!metadata_keys_ok(json.as_bytes()), "{json}");
        }
    }
}
