//! RS256 for `jsonwebtoken`, by the crate `rsa`.
//!
//! Gigya's applications and Auth0's tenants sign with RS256 alone. What `jsonwebtoken` brings along for that has four
//! elliptic curves beside it, which every cold build would wait for (docs/notes.md, "A cold build"); it lets its users
//! bring their own, and here it is. The keys are made here, so nobody can forget to.

use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use rsa::pkcs1::{
    DecodeRsaPrivateKey as _, DecodeRsaPublicKey as _, EncodeRsaPrivateKey as _, EncodeRsaPublicKey as _,
};
use rsa::pkcs1v15::{Signature, SigningKey, VerifyingKey};
use rsa::sha2::Sha256;
use rsa::signature::{self, RandomizedSigner as _, SignatureEncoding as _, Signer, Verifier};
use rsa::{RsaPrivateKey, RsaPublicKey};

/// What `jsonwebtoken` signs and verifies with in this process.
static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: signer,
    verifier_factory: verifier,
    key_utils: KeyUtils::new_unimplemented(),
};

/// A key that `jsonwebtoken` signs with.
///
/// # Errors
/// When the key cannot be written as DER, which no key that was read or generated does.
pub fn encoding_key(key: &RsaPrivateKey) -> Result<EncodingKey, rsa::pkcs1::Error> {
    install();
    Ok(EncodingKey::from_rsa_der(key.to_pkcs1_der()?.as_bytes()))
}

/// A key that `jsonwebtoken` verifies with.
///
/// # Errors
/// When the key cannot be written as DER, which no key that was read or generated does.
pub fn decoding_key(key: &RsaPublicKey) -> Result<DecodingKey, rsa::pkcs1::Error> {
    install();
    Ok(DecodingKey::from_rsa_der(key.to_pkcs1_der()?.as_bytes()))
}

fn install() {
    // Refused from the second time on: it is there already.
    let _ = PROVIDER.install_default();
}

fn signer(algorithm: &Algorithm, key: &EncodingKey) -> Result<Box<dyn JwtSigner>, Error> {
    only_rs256(*algorithm)?;
    let key = RsaPrivateKey::from_pkcs1_der(key.as_bytes()).map_err(invalid)?;
    Ok(Box::new(Rs256Signer(SigningKey::new(key))))
}

fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>, Error> {
    only_rs256(*algorithm)?;
    let key = RsaPublicKey::from_pkcs1_der(key.try_get_as_bytes()?).map_err(invalid)?;
    Ok(Box::new(Rs256Verifier(VerifyingKey::new(key))))
}

fn only_rs256(algorithm: Algorithm) -> Result<(), Error> {
    if algorithm == Algorithm::RS256 { Ok(()) } else { Err(ErrorKind::InvalidAlgorithm.into()) }
}

fn invalid(error: rsa::pkcs1::Error) -> Error {
    ErrorKind::InvalidRsaKey(error.to_string()).into()
}

struct Rs256Signer(SigningKey<Sha256>);

impl Signer<Vec<u8>> for Rs256Signer {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        // With randomness the key is blinded: the time it takes tells nothing of it.
        Ok(self.0.try_sign_with_rng(&mut rsa::rand_core::OsRng, message)?.to_vec())
    }
}

impl JwtSigner for Rs256Signer {
    fn algorithm(&self) -> Algorithm {
        Algorithm::RS256
    }
}

struct Rs256Verifier(VerifyingKey<Sha256>);

impl Verifier<Vec<u8>> for Rs256Verifier {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        self.0.verify(message, &Signature::try_from(signature.as_slice())?)
    }
}

impl JwtVerifier for Rs256Verifier {
    fn algorithm(&self) -> Algorithm {
        Algorithm::RS256
    }
}
