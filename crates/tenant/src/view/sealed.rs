//! What of a connection's options is shown sealed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

/// Puts a blob in the place of each text of `options.configuration`, as Auth0 does, which shows what custom database
/// scripts are configured with encrypted only (recorded). The same value under the same name has the same blob; only
/// this tenant, which keeps the value itself, could tell what is in it.
pub(crate) fn seal(options: &mut Map<String, Value>, secret: &str) {
    let Some(Value::Object(configuration)) = options.get_mut("configuration") else { return };
    for (name, value) in configuration.iter_mut() {
        if let Value::String(text) = value {
            let mut digest = Sha256::new();
            for part in [secret, name, text] {
                digest.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
                digest.update(part);
            }
            *value = Value::from(format!("2.0${}", STANDARD.encode(digest.finalize())));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_sealed_and_nothing_else_changes() {
        let options =
            serde_json::json!({"configuration": {"KEY": "hidden", "none": null}, "import_mode": true});
        let Value::Object(given) = options else { unreachable!() };
        let sealed = |secret: &str| {
            let mut options = given.clone();
            seal(&mut options, secret);
            Value::Object(options)
        };
        let shown = sealed("a");
        assert!(!shown.to_string().contains("hidden"));
        assert!(shown["configuration"]["KEY"].as_str().unwrap().starts_with("2.0$"));
        assert_eq!(
            (&shown["configuration"]["none"], &shown["import_mode"]),
            (&Value::Null, &Value::Bool(true))
        );
        assert_eq!(shown, sealed("a"));
        assert_ne!(shown, sealed("b"));
    }
}
