//! Registration tokens: what a login gives that cannot end yet, good for an hour.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::error::ApiError;

/// How long a token is good. Source: SAP Customer Data Cloud, accounts.getAccountInfo, `regToken`.
const GOOD_MS: i64 = 3_600_000;

/// The tokens that were given; a restart of the site forgets them.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    given: Mutex<HashMap<String, (String, i64)>>,
}

impl Tokens {
    /// A token for an account.
    pub(crate) fn give(&self, uid: &str, now_ms: i64) -> String {
        let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        given.retain(|_, (_, until)| *until > now_ms);
        let token = random();
        given.insert(token.clone(), (uid.to_owned(), now_ms + GOOD_MS));
        token
    }

    /// The UID of a token's account.
    ///
    /// # Errors
    /// 400006 for a token that is not known any more.
    pub(crate) fn uid(&self, token: &str, now_ms: i64) -> Result<String, ApiError> {
        let given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        let found = given.get(token).filter(|(_, until)| *until > now_ms).map(|(uid, _)| uid.clone());
        found.ok_or_else(|| ApiError::invalid("regToken: not known, or older than an hour"))
    }
}

/// 43 characters of base64url that nobody can guess.
pub(crate) fn random() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_an_hour() {
        let tokens = Tokens::default();
        let token = tokens.give("u", 0);
        assert_eq!(tokens.uid(&token, GOOD_MS - 1).unwrap(), "u");
        assert_eq!(tokens.uid(&token, GOOD_MS).unwrap_err().code, 400_006);
        assert_eq!(tokens.uid("x", 0).unwrap_err().code, 400_006);
    }
}
