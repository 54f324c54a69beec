//! Who we are at a site.

use std::path::PathBuf;

use secrecy::SecretString;

use crate::{Address, PrivateKey};

/// How a call proves who sends it. Source: SAP Help, "Signing Requests to SAP Customer Data Cloud".
#[derive(Debug, Clone)]
pub enum Credentials {
    /// Every call carries an HMAC-SHA1 signature over its parameters, a time-stamp and a nonce. The secret never
    /// leaves this machine and a recorded call is worth nothing later, so this is what a user key and its secret
    /// are used for unless something else is asked for.
    Signature {
        /// The user key of the application.
        user_key: String,
        /// Its secret, base64 as Gigya hands it out.
        secret: SecretString,
    },
    /// The secret itself in the body of every call; https only.
    Secret {
        /// The user key of the application.
        user_key: String,
        /// Its secret.
        secret: SecretString,
    },
    /// A JSON Web Token in the header, signed with the application's RSA key.
    PrivateKey {
        /// The user key of the application.
        user_key: String,
        /// The key that the console made for it.
        key: PrivateKey,
    },
}

/// What a [`crate::Client`] is made from.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the site is.
    pub address: Address,
    /// The site's API key.
    pub api_key: String,
    /// Who we are.
    pub credentials: Credentials,
    /// A file of PEM certificates that are trusted in addition to the public roots.
    pub ca: Option<PathBuf>,
}
