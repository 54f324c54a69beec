//! Signatures: HMAC-SHA1 with the application's secret.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use hmac::{KeyInit as _, Mac as _, SimpleHmac};
use reqwest::Url;
use secrecy::{ExposeSecret as _, SecretString};
use sha1::Sha1;

use crate::Error;
use crate::encode::{encode, form};

/// Secrets lose their padding when they are copied by hand; the key is the same without it.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The bytes of a secret.
#[derive(Clone)]
pub(crate) struct SigningKey(Vec<u8>);

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningKey")
    }
}

impl SigningKey {
    /// # Errors
    /// [`Error::Config`] when the secret is not base64.
    pub(crate) fn of(secret: &SecretString) -> Result<Self, Error> {
        match LENIENT.decode(secret.expose_secret().trim()) {
            Ok(key) if !key.is_empty() => Ok(Self(key)),
            _ => Err(Error::Config(
                "the secret is not base64, as Gigya hands it out; was it copied whole?".to_owned(),
            )),
        }
    }

    /// The signature of a call with these parameters, base64.
    pub(crate) fn call(&self, url: &Url, params: &BTreeMap<String, String>) -> String {
        self.text(&base_string(url, params))
    }

    fn text(&self, text: &str) -> String {
        // A key of any length will do for an HMAC.
        let Ok(mut mac) = SimpleHmac::<Sha1>::new_from_slice(&self.0) else { return String::new() };
        mac.update(text.as_bytes());
        STANDARD.encode(mac.finalize().into_bytes())
    }
}

/// What the signature of a call is over: method, URL and parameters (with time-stamp and nonce, without the signature).
/// `Url` has put scheme and host in lower case and left the default port out. Source: as [`form`].
fn base_string(url: &Url, params: &BTreeMap<String, String>) -> String {
    let mut place = url.clone();
    place.set_query(None);
    place.set_fragment(None);
    format!("POST&{}&{}", encode(place.as_str()), encode(&form(params)))
}

/// The signature by which a site's answer proves that a UID is its own: `UIDSignature` over `signatureTimestamp` and
/// UID. Compare it with what the answer says, and see that the time-stamp is at most 180 s old.
/// Source: SAP/gigya-python-sdk, `SigUtils.validateUserSignature`.
///
/// # Errors
/// [`Error::Config`] when the secret is not base64.
pub fn user_signature(secret: &SecretString, timestamp: &str, uid: &str) -> Result<String, Error> {
    Ok(SigningKey::of(secret)?.text(&format!("{timestamp}_{uid}")))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// Vectors that SAP's own Python SDK has made; they lie beside the repository.
    fn vectors() -> Option<Value> {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/facts/gigya-signatures.json");
        let Ok(text) = std::fs::read(path) else {
            eprintln!("{path} is not there: nothing to compare with");
            return None;
        };
        Some(serde_json::from_slice(&text).unwrap())
    }

    fn params(vector: &Value) -> BTreeMap<String, String> {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        vector["params_before_sig"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(key, value)| (key.clone(), text(value)))
            .collect()
    }

    #[test]
    fn calls_are_signed_as_saps_sdks_sign_them() {
        let Some(vectors) = vectors() else { return };
        let calls = vectors["signed_requests"].as_array().unwrap().iter();
        let mut count = 0;
        for vector in calls.chain([&vectors["java_unit_test_vector"]]) {
            let url = Url::parse(vector["url"].as_str().unwrap()).unwrap();
            let mut params = params(vector);
            assert_eq!(base_string(&url, &params), vector["base_string"].as_str().unwrap());
            let key = SigningKey::of(&vector["secret_base64"].as_str().unwrap().to_owned().into()).unwrap();
            let sig = key.call(&url, &params);
            assert_eq!(sig, vector["sig"].as_str().unwrap(), "{}", vector["name"]);
            if let Some(body) = vector["post_body"].as_str() {
                params.insert("sig".to_owned(), sig);
                assert_eq!(form(&params), body);
            }
            count += 1;
        }
        assert!(count >= 6, "{count}");
    }

    #[test]
    fn users_are_signed_as_saps_sdks_sign_them() {
        let Some(vectors) = vectors() else { return };
        for vector in vectors["user_signatures"].as_array().unwrap() {
            let text = |name: &str| vector[name].as_str().unwrap();
            let secret = text("secret_base64").to_owned().into();
            let signature = user_signature(&secret, text("signatureTimestamp"), text("UID")).unwrap();
            assert_eq!(signature, text("signature"));
        }
    }

    #[test]
    fn the_port_is_signed_unless_it_is_the_default() {
        let url = |text| Url::parse(text).unwrap();
        let none = BTreeMap::new();
        assert_eq!(base_string(&url("HTTP://LocalHost:80/a.b"), &none), "POST&http%3A%2F%2Flocalhost%2Fa.b&");
        assert_eq!(
            base_string(&url("http://[::1]:81/a.b"), &none),
            "POST&http%3A%2F%2F%5B%3A%3A1%5D%3A81%2Fa.b&"
        );
    }

    #[test]
    fn a_secret_is_base64_with_or_without_its_padding() {
        let key = |text: &str| SigningKey::of(&text.to_owned().into());
        assert_eq!(key("AAECAw==").unwrap().0, key(" AAECAw\n").unwrap().0);
        for bad in ["", "not a secret"] {
            assert!(matches!(key(bad), Err(Error::Config(_))));
        }
    }
}
