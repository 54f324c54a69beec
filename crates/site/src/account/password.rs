//! The password object: as calls bring it, and as accounts hold it.
//!
//! Source: SAP Customer Data Cloud, accounts.importFullAccount, `password`; "RaaS Import Guide".

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::error::ApiError;
use crate::time;

/// Longest digest in bytes (512 bits) and longest salt (1024 bits).
const LONGEST_HASH: usize = 64;
const LONGEST_SALT: usize = 128;

/// Algorithms that imports may name.
const ALGORITHMS: &[&str] = &[
    "md5",
    "sha1",
    "sha1_hashbytes",
    "sha256",
    "sha512",
    "sha512Hexa",
    "md5_double_salted",
    "md5_crypt",
    "bcrypt",
    "pbkdf2",
    "pbkdf2_sha1",
    "pbkdf2_sha256",
    "pbkdf2_sha512",
    "drupal",
    "symphony2",
    "sap_abap",
    "crypt",
    "custom",
];

fn is_known(algorithm: &str) -> bool {
    ALGORITHMS.iter().any(|known| known.eq_ignore_ascii_case(algorithm))
}

/// Turns the names of an import into those of an export: `hashedPassword` into `hash`, `compoundHashedPassword` into
/// `compoundHash`, `hashSettings.URL` into `hashSettings.url`.
///
/// # Errors
/// 400006 when it is not a password that could ever be checked.
pub(crate) fn imported(password: &Map<String, Value>, now_ms: i64) -> Result<Value, ApiError> {
    let refuse = |what: &str| Err(ApiError::invalid(format!("password.{what}")));
    let text = |name: &str| password.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let settings = match password.get("hashSettings") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(settings)) => settings.clone(),
        Some(_) => return refuse("hashSettings: expected an object"),
    };
    let setting = |name: &str| settings.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let mut stored = Map::new();
    match (text("hashedPassword"), text("compoundHashedPassword")) {
        (Some(_), Some(_)) => {
            return refuse("hashedPassword and password.compoundHashedPassword exclude each other");
        }
        (None, None) => return refuse("hashedPassword or password.compoundHashedPassword is needed"),
        (None, Some(compound)) => {
            if setting("algorithm").is_some_and(|algorithm| !is_known(algorithm)) {
                return refuse("hashSettings.algorithm is not known");
            }
            if !compound.starts_with('$') && setting("algorithm").is_none() {
                return refuse("compoundHashedPassword: expected a text that starts with $");
            }
            stored.insert("compoundHash".to_owned(), compound.into());
        }
        (Some(hash), None) => {
            let Some(algorithm) = setting("algorithm") else {
                return refuse("hashSettings.algorithm is missing");
            };
            if !is_known(algorithm) {
                return refuse("hashSettings.algorithm is not known");
            }
            // What a custom check and ABAP take is theirs to say.
            let digest = !["custom", "sap_abap", "crypt"].contains(&algorithm);
            if digest && !STANDARD.decode(hash).is_ok_and(|bytes| bytes.len() <= LONGEST_HASH) {
                return refuse("hashedPassword: expected the digest in base64, at most 512 bits");
            }
            if algorithm == "custom" && setting("URL").or(setting("url")).is_none() {
                return refuse("hashSettings.URL is missing, which a custom algorithm needs");
            }
            stored.insert("hash".to_owned(), hash.into());
        }
    }
    let clear_salt = setting("format").is_some_and(|format| format.contains("$salt"));
    if let Some(format) = setting("format")
        && !format.contains("$password")
    {
        return refuse("hashSettings.format: expected $password in it");
    }
    if let Some(salt) = setting("salt")
        && !clear_salt
        && setting("binaryFormat").is_none()
        && !STANDARD.decode(salt).is_ok_and(|bytes| bytes.len() <= LONGEST_SALT)
    {
        return refuse(
            "hashSettings.salt: expected base64, at most 1024 bits, unless the format holds $salt",
        );
    }
    if let Some(rounds) = settings.get("rounds").filter(|rounds| !rounds.is_null()) {
        let number = rounds.as_u64().or_else(|| rounds.as_str().and_then(|text| text.parse().ok()));
        if number.is_none() {
            return refuse("hashSettings.rounds: expected a number");
        }
    }
    let names = [
        ("algorithm", "algorithm"),
        ("rounds", "rounds"),
        ("salt", "salt"),
        ("format", "format"),
        ("binaryFormat", "binaryFormat"),
        ("URL", "url"),
        ("url", "url"),
    ];
    let mut kept = Map::new();
    for (given, name) in names {
        if let Some(value) = settings.get(given).filter(|value| !value.is_null()) {
            kept.insert(name.to_owned(), value.clone());
        }
    }
    if !kept.is_empty() {
        stored.insert("hashSettings".to_owned(), Value::Object(kept));
    }
    stored.insert("created".to_owned(), json!(time::iso(now_ms)));
    Ok(Value::Object(stored))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn import(text: &str) -> Result<Value, ApiError> {
        imported(&serde_json::from_str(text).unwrap(), 1_686_698_632_512)
    }

    #[test]
    fn the_names_of_an_import_become_those_of_an_export() {
        let stored = import(
            r#"{"hashedPassword":"Ftek/KdELdo62TyacmWX5A==","hashSettings":{"algorithm":"md5","format":"$salt$password","salt":"clear text","rounds":1}}"#,
        )
        .unwrap();
        assert_eq!(
            stored,
            json!({"hash": "Ftek/KdELdo62TyacmWX5A==", "created": "2023-06-13T23:23:52.512Z",
                "hashSettings": {"algorithm": "md5", "format": "$salt$password", "salt": "clear text", "rounds": 1}})
        );
        let stored = import(r#"{"compoundHashedPassword":"$S$Dabc"}"#).unwrap();
        assert_eq!(stored["compoundHash"], "$S$Dabc");
        let stored = import(
            r#"{"hashedPassword":"?","hashSettings":{"algorithm":"custom","URL":"https://c.example"}}"#,
        )
        .unwrap();
        assert_eq!(stored["hashSettings"]["url"], "https://c.example");
    }

    #[test]
    fn what_could_never_be_checked_is_refused() {
        for (text, part) in [
            ("{}", "is needed"),
            (r#"{"hashedPassword":"x","compoundHashedPassword":"$y"}"#, "exclude"),
            (r#"{"hashedPassword":"Ftek/KdELdo62TyacmWX5A=="}"#, "algorithm is missing"),
            (
                r#"{"hashedPassword":"Ftek/KdELdo62TyacmWX5A==","hashSettings":{"algorithm":"rot13"}}"#,
                "not known",
            ),
            (r#"{"compoundHashedPassword":"$x$y","hashSettings":{"algorithm":"rot13"}}"#, "not known"),
            (r#"{"hashedPassword":"not base64","hashSettings":{"algorithm":"md5"}}"#, "in base64"),
            (r#"{"hashedPassword":"AAAA","hashSettings":{"algorithm":"md5","format":"$salt"}}"#, "$password"),
            (r#"{"hashedPassword":"AAAA","hashSettings":{"algorithm":"md5","salt":"clear text"}}"#, "salt"),
            (r#"{"hashedPassword":"AAAA","hashSettings":{"algorithm":"custom"}}"#, "URL"),
        ] {
            let error = import(text).unwrap_err();
            assert_eq!(error.code, 400_006);
            assert!(error.details.contains(part), "{text}: {}", error.details);
        }
    }
}
