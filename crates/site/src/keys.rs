//! The keys of the site and of its one application, made at the first start and kept in the data folder.

use std::path::PathBuf;

use jsonwebtoken::DecodingKey;
use loopback::{DataFolder, FolderError};
use rsa::RsaPrivateKey;
use rsa::pkcs1::{DecodeRsaPrivateKey as _, EncodeRsaPrivateKey as _, LineEnding};
use serde::{Deserialize, Serialize};

use crate::ids;

/// Name of the file with API key, user key and secret.
const FILE: &str = "keys.json";

/// Name of the private key (PEM, PKCS #1, as Gigya's console hands it out).
const PRIVATE: &str = "private-key.pem";

/// Bits of a new private key.
const BITS: usize = 2048;

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The data folder refused.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// A file of keys could not be made or read.
    #[error("cannot use {file} in the data folder: {reason}; delete it and start again")]
    Key {
        /// The file.
        file: &'static str,
        /// What is wrong with it.
        reason: String,
    },
}

/// API key, user key and secret.
#[derive(Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct Credentials {
    /// The key of the site.
    pub api_key: String,
    /// The key of the application.
    pub user_key: String,
    /// Its secret: base64.
    pub secret: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials")
            .field("api_key", &self.api_key)
            .field("user_key", &self.user_key)
            .finish_non_exhaustive()
    }
}

/// What calls are checked with.
#[derive(Clone)]
pub(crate) struct Keys {
    pub(crate) api_key: String,
    pub(crate) user_key: String,
    pub(crate) secret: String,
    pub(crate) public: DecodingKey,
    /// The file with the private key.
    pub(crate) private: PathBuf,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys").field("api_key", &self.api_key).finish_non_exhaustive()
    }
}

impl Keys {
    /// The keys of the data folder; at the first start they are made, or taken from `given`.
    ///
    /// # Errors
    /// [`KeyError`] when they can be neither read nor made.
    pub(crate) fn load(folder: &DataFolder, given: Option<Credentials>) -> Result<Self, KeyError> {
        let broken = |file, error: &dyn std::fmt::Display| KeyError::Key { file, reason: error.to_string() };
        let Credentials { api_key, user_key, secret } = match (given, folder.read(FILE)?) {
            (None, Some(text)) => serde_json::from_str(&text).map_err(|error| broken(FILE, &error))?,
            (given, _) => {
                let made = given.unwrap_or_else(|| Credentials {
                    api_key: ids::api_key(),
                    user_key: ids::user_key(),
                    secret: ids::secret(),
                });
                let text = serde_json::to_string(&made).map_err(|error| broken(FILE, &error))?;
                folder.write(FILE, &text)?;
                made
            }
        };
        let private = match folder.read(PRIVATE)? {
            Some(pem) => RsaPrivateKey::from_pkcs1_pem(&pem).map_err(|error| broken(PRIVATE, &error))?,
            None => {
                let made = RsaPrivateKey::new(&mut rsa::rand_core::OsRng, BITS)
                    .map_err(|error| broken(PRIVATE, &error))?;
                let pem = made.to_pkcs1_pem(LineEnding::LF).map_err(|error| broken(PRIVATE, &error))?;
                folder.write(PRIVATE, &pem)?;
                made
            }
        };
        let public =
            rs256::decoding_key(&private.to_public_key()).map_err(|error| broken(PRIVATE, &error))?;
        Ok(Self { api_key, user_key, secret, public, private: folder.file(PRIVATE) })
    }
}
