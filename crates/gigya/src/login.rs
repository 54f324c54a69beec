//! `accounts.login`: whether a password is right.

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use crate::{Call, Client, Error};

/// What became of a login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Login {
    /// The password is right.
    Ok {
        /// UID of the account.
        uid: String,
    },
    /// The password is right, but something else has to be done first: the registration is pending (206001), a login
    /// id is to be verified (206002), the password is to be changed (403100), a second factor is asked for (403101) or
    /// to be set up (403102).
    Incomplete {
        /// The site's code.
        code: i64,
    },
    /// Wrong password, or no such login id; the site does not tell which.
    Wrong,
    /// The account is disabled (403041), locked for a while (403120), or a captcha is asked for (401020): whether the
    /// password is right is not known.
    Barred {
        /// The site's code.
        code: i64,
    },
}

impl Client {
    /// Tries a login.
    ///
    /// # Errors
    /// As [`Client::send`]; an outage is never a wrong password.
    pub async fn login(&self, login_id: &str, password: &SecretString) -> Result<Login, Error> {
        #[derive(Deserialize)]
        struct Account {
            #[serde(rename = "UID")]
            uid: String,
        }
        let call = Call::new("accounts.login")
            .param("loginID", login_id)
            .param("password", password.expose_secret());
        let error = match self.send(&call).await {
            Ok(answer) => return answer.json::<Account>().map(|account| Login::Ok { uid: account.uid }),
            Err(error) => error,
        };
        match error.code() {
            Some(403_042 | 403_047) => Ok(Login::Wrong),
            Some(code @ (206_001 | 206_002 | 403_100 | 403_101 | 403_102)) => Ok(Login::Incomplete { code }),
            Some(code @ (403_041 | 403_120 | 401_020)) => Ok(Login::Barred { code }),
            _ => Err(error),
        }
    }
}
