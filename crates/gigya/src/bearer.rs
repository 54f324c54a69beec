//! JSON Web Tokens by which an application with an RSA key proves who it is.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey};
use rsa::RsaPrivateKey;
use rsa::pkcs1::DecodeRsaPrivateKey as _;
use rsa::pkcs8::DecodePrivateKey as _;

use crate::Error;

/// The RSA key of an application.
#[derive(Clone)]
pub struct PrivateKey(EncodingKey);

impl std::fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PrivateKey")
    }
}

impl PrivateKey {
    /// Reads PEM: PKCS #1 (`RSA PRIVATE KEY`), as the console hands it out, or PKCS #8 (`PRIVATE KEY`). Lines may be of any
    /// length: keys come through environment variables and forms.
    ///
    /// # Errors
    /// [`Error::Config`] when it is no such key.
    pub fn from_pem(pem: &[u8]) -> Result<Self, Error> {
        let key = read(pem).and_then(|key| rs256::encoding_key(&key).ok());
        // The cause is not told: a parser's message could quote the key.
        key.map(Self).ok_or_else(|| {
            Error::Config(
                "the private key is not an RSA key in PEM (PKCS #1 or PKCS #8, without a pass phrase)"
                    .to_owned(),
            )
        })
    }

    /// A token for one call. Source: SAP/gigya-java-sdk, `GSAuthRequestUtils`; SAP Help, "Bearer Token".
    pub(crate) fn token(&self, user_key: &str, seconds: i64, id: &str) -> Result<String, Error> {
        let input = signing_input(user_key, seconds, id);
        let signature = jsonwebtoken::crypto::sign(input.as_bytes(), &self.0, Algorithm::RS256)
            .map_err(|_| Error::Config("the private key cannot sign".to_owned()))?;
        Ok(format!("{input}.{signature}"))
    }
}

fn read(pem: &[u8]) -> Option<RsaPrivateKey> {
    let pem = std::str::from_utf8(pem).ok()?;
    let text = pem.split_once("PRIVATE KEY-----")?.1.split_once("-----END")?.0;
    let text: String = text.chars().filter(|char| !char.is_whitespace()).collect();
    let der = STANDARD.decode(text).ok()?;
    RsaPrivateKey::from_pkcs1_der(&der).or_else(|_| RsaPrivateKey::from_pkcs8_der(&der)).ok()
}

/// Header and claims, encoded, with their members in the order in which SAP's own clients write them.
fn signing_input(user_key: &str, seconds: i64, id: &str) -> String {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let header = format!(r#"{{"alg":"RS256","typ":"JWT","kid":{}}}"#, quoted(user_key));
    let claims = format!(r#"{{"iat":{seconds},"jti":{}}}"#, quoted(id));
    format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims))
}

#[cfg(test)]
mod tests {
    use rsa::RsaPublicKey;
    use rsa::pkcs1::{EncodeRsaPrivateKey as _, LineEnding};
    use rsa::pkcs8::{DecodePublicKey as _, EncodePrivateKey as _};
    use serde_json::Value;

    use super::*;

    #[test]
    fn tokens_are_those_of_saps_clients() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/facts/gigya-signatures.json");
        let Ok(text) = std::fs::read(path) else { return eprintln!("{path} is not there") };
        let vectors: Value = serde_json::from_slice(&text).unwrap();
        let vector = &vectors["jwt_bearer"];
        let input = signing_input("AAfakeUserKey01", 1_700_000_000, "f3b0c6de-1111-4222-8333-944455556666");
        assert_eq!(input, vector["signing_input"].as_str().unwrap());
        let key = RsaPublicKey::from_public_key_pem(vector["public_key_pem"].as_str().unwrap()).unwrap();
        let key = rs256::decoding_key(&key).unwrap();
        let signature = vector["token"].as_str().unwrap().strip_prefix(&format!("{input}.")).unwrap();
        assert!(jsonwebtoken::crypto::verify(signature, input.as_bytes(), &key, Algorithm::RS256).unwrap());
    }

    #[test]
    fn a_key_of_either_form_signs_what_its_public_half_verifies() {
        let key = rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2048).unwrap();
        let public = rs256::decoding_key(&key.to_public_key()).unwrap();
        let pkcs1 = key.to_pkcs1_pem(LineEnding::LF).unwrap();
        let pkcs8 = key.to_pkcs8_pem(LineEnding::CRLF).unwrap();
        let one_line = pkcs1.replace("KEY-----\n", "KEY----- ").lines().collect::<String>();
        for pem in [pkcs1.as_bytes(), pkcs8.as_bytes(), one_line.as_bytes()] {
            let token = PrivateKey::from_pem(pem).unwrap().token("A\"k", 7, "id").unwrap();
            let (input, signature) = token.rsplit_once('.').unwrap();
            assert_eq!(input, signing_input("A\"k", 7, "id"));
            assert!(
                jsonwebtoken::crypto::verify(signature, input.as_bytes(), &public, Algorithm::RS256).unwrap()
            );
        }
        let error =
            PrivateKey::from_pem(b"-----BEGIN RSA PRIVATE KEY-----\nc2VjcmV0\n-----END-----").unwrap_err();
        assert!(!error.to_string().contains("c2Vj"), "{error}");
    }
}
