//! Tokens that one key signs and another does not verify.
#![allow(clippy::unwrap_used)]

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, Header, Validation};
use rsa::RsaPrivateKey;
use serde_json::{Value, json};

fn key() -> RsaPrivateKey {
    RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2048).unwrap()
}

fn validation(algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.required_spec_claims.clear();
    validation
}

#[test]
fn only_the_public_half_of_the_key_verifies() {
    let (key, other) = (key(), key());
    let token = jsonwebtoken::encode(
        &Header::new(Algorithm::RS256),
        &json!({"sub": "x"}),
        &rs256::encoding_key(&key).unwrap(),
    )
    .unwrap();
    let decode = |token: &str, key: &RsaPrivateKey| {
        let public = rs256::decoding_key(&key.to_public_key()).unwrap();
        jsonwebtoken::decode::<Value>(token, &public, &validation(Algorithm::RS256))
    };
    assert_eq!(decode(&token, &key).unwrap().claims["sub"], "x");
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let changed = signed.replacen("eyJzdWIiOiJ4In0", "eyJzdWIiOiJ5In0", 1);
    assert_ne!(changed, signed);
    for (token, key) in [
        (token.clone(), &other),
        (format!("{changed}.{signature}"), &key),
        (format!("{signed}."), &key),
        (format!("{signed}.{}", &signature[4..]), &key),
    ] {
        let error = decode(&token, key).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::InvalidSignature), "{token}: {error}");
    }
}

#[test]
fn other_algorithms_are_refused() {
    let key = key();
    let private = rs256::encoding_key(&key).unwrap();
    for algorithm in [Algorithm::RS384, Algorithm::PS256, Algorithm::RS512] {
        let error = jsonwebtoken::encode(&Header::new(algorithm), &json!({}), &private).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::InvalidAlgorithm), "{algorithm:?}: {error}");
    }
}
