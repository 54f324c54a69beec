//! The tenant's signing key, its tokens, and the public half that it publishes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use loopback::{DataFolder, FolderError};
use rsa::pkcs1::{DecodeRsaPrivateKey as _, EncodeRsaPrivateKey as _, EncodeRsaPublicKey as _, LineEnding};
use rsa::pkcs8::EncodePrivateKey as _;
use rsa::traits::PublicKeyParts as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// Name of the private key (PEM, PKCS #1) in the data folder.
const FILE: &str = "signing-key.pem";

/// Bits of a new key.
const BITS: usize = 2048;

/// Why there is no signing key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The data folder refused.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The key could not be made or read.
    #[error("cannot use the signing key {FILE} in the data folder: {0}; delete it and start again")]
    Key(String),
}

/// The key that signs access and id tokens with RS256.
#[derive(Clone)]
pub(crate) struct Keys {
    id: String,
    encoding: EncodingKey,
    decoding: DecodingKey,
    modulus: String,
    exponent: String,
    certificate: String,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Keys {
    /// The key of the data folder, made at the first start.
    ///
    /// # Errors
    /// [`KeyError`] when it can be neither read nor made.
    pub(crate) fn load(folder: &DataFolder) -> Result<Self, KeyError> {
        let broken = |error: &dyn std::fmt::Display| KeyError::Key(error.to_string());
        let private = match folder.read(FILE)? {
            Some(pem) => rsa::RsaPrivateKey::from_pkcs1_pem(&pem).map_err(|e| broken(&e))?,
            None => {
                let made =
                    rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, BITS).map_err(|e| broken(&e))?;
                let pem = made.to_pkcs1_pem(LineEnding::LF).map_err(|e| broken(&e))?;
                folder.write(FILE, &pem)?;
                made
            }
        };
        let public = private.to_public_key();
        let der = public.to_pkcs1_der().map_err(|e| broken(&e))?;
        let certificate = certificate(&private)?;
        Ok(Self {
            certificate,
            id: URL_SAFE_NO_PAD.encode(&Sha256::digest(der.as_bytes())[..16]),
            encoding: rs256::encoding_key(&private).map_err(|e| broken(&e))?,
            decoding: rs256::decoding_key(&public).map_err(|e| broken(&e))?,
            modulus: URL_SAFE_NO_PAD.encode(private.n().to_bytes_be()),
            exponent: URL_SAFE_NO_PAD.encode(private.e().to_bytes_be()),
        })
    }

    /// Signs claims.
    ///
    /// # Errors
    /// When signing fails, which no claims of ours make it do.
    pub(crate) fn sign(&self, claims: &impl Serialize) -> Result<String, jsonwebtoken::errors::Error> {
        let mut header = Header::new(Algorithm::RS256);
        header.kid = Some(self.id.clone());
        jsonwebtoken::encode(&header, claims, &self.encoding)
    }

    /// The claims of a token that this key signed, whatever they say: expiry and audience are the caller's to check,
    /// by the tenant's clock.
    ///
    /// # Errors
    /// When the token is not one, or its signature is not ours.
    pub(crate) fn verify<C: DeserializeOwned>(&self, token: &str) -> Result<C, jsonwebtoken::errors::Error> {
        let mut validation = Validation::new(Algorithm::RS256);
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        jsonwebtoken::decode::<Value>(token, &self.decoding, &validation)
            .and_then(|token| serde_json::from_value(token.claims).map_err(Into::into))
    }

    /// A certificate of the key (PEM), signed by itself, as applications show it.
    pub(crate) fn certificate(&self) -> &str {
        &self.certificate
    }

    /// The public key as a JSON Web Key Set.
    #[must_use]
    pub(crate) fn jwks(&self) -> Value {
        json!({"keys": [{
            "kty": "RSA",
            "use": "sig",
            "n": self.modulus,
            "e": self.exponent,
            "kid": self.id,
            "alg": "RS256",
        }]})
    }
}

fn certificate(key: &rsa::RsaPrivateKey) -> Result<String, KeyError> {
    let broken = |error: &dyn std::fmt::Display| KeyError::Key(error.to_string());
    let der = key.to_pkcs8_der().map_err(|e| broken(&e))?;
    let pair = rcgen::KeyPair::try_from(der.as_bytes()).map_err(|e| broken(&e))?;
    let mut params = rcgen::CertificateParams::new(Vec::new()).map_err(|e| broken(&e))?;
    params.distinguished_name.push(rcgen::DnType::CommonName, "local tenant");
    Ok(params.self_signed(&pair).map_err(|e| broken(&e))?.pem())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_survives_a_restart_and_not_a_change() {
        let dir = tempfile::tempdir().unwrap();
        let folder = DataFolder::open(dir.path()).unwrap();
        let token = Keys::load(&folder).unwrap().sign(&json!({"sub": "x"})).unwrap();
        let keys = Keys::load(&folder).unwrap();
        assert_eq!(keys.verify::<Value>(&token).unwrap()["sub"], "x");
        let forged = token.replacen("eyJzdWIiOiJ4In0", "eyJzdWIiOiJ5In0", 1);
        assert_ne!(forged, token);
        assert!(keys.verify::<Value>(&forged).is_err());
    }

    #[test]
    fn a_token_without_a_signature_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let keys = Keys::load(&DataFolder::open(dir.path()).unwrap()).unwrap();
        let unsigned =
            format!("{}.{}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#), URL_SAFE_NO_PAD.encode("{}"));
        assert!(keys.verify::<Value>(&unsigned).is_err());
    }
}
