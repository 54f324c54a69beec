//! The key chain of macOS.

use keyring::{Entry, Error};
use secrecy::{ExposeSecret as _, SecretString};

use super::Store;

pub(super) struct Native;

fn entry(name: &str) -> Result<Entry, String> {
    Entry::new("crosswalk", name).map_err(|error| error.to_string())
}

impl Store for Native {
    fn get(&self, name: &str) -> Result<Option<SecretString>, String> {
        match entry(name)?.get_password() {
            Ok(secret) => Ok(Some(secret.into())),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(error.to_string()),
        }
    }

    fn set(&self, name: &str, secret: &SecretString) -> Result<(), String> {
        entry(name)?.set_password(secret.expose_secret()).map_err(|error| error.to_string())
    }

    fn forget(&self, name: &str) -> Result<(), String> {
        match entry(name)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(error.to_string()),
        }
    }
}
