//! What an export has to know of an account: who it is, when it was changed, whether a password is missing.

use std::borrow::Cow;

use bytes::Bytes;
use serde::Deserialize;
use serde::de::IgnoredAny;

/// The time-stamp of an account that has none.
pub(super) const UNTOLD: i64 = -1;

/// An account as it came.
#[derive(Debug, Clone)]
pub(super) struct Record {
    /// Its JSON text.
    pub(super) bytes: Bytes,
    /// BLAKE3 of what tells it from others, shortened.
    pub(super) key: [u8; 16],
    /// Epoch milliseconds, or [`UNTOLD`].
    pub(super) updated: i64,
}

/// The members that are looked at. What is not of the expected type is left for prepare to complain about.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Head<'a> {
    #[serde(rename = "UID", borrow)]
    uid: Option<Cow<'a, str>>,
    #[serde(rename = "lastUpdatedTimestamp")]
    updated: Option<i64>,
    #[serde(rename = "isRegistered")]
    registered: Option<bool>,
    password: Option<Password>,
    #[serde(rename = "loginIDs")]
    login_ids: Option<LoginIds>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Password {
    hash: Option<IgnoredAny>,
    #[serde(rename = "compoundHash")]
    compound: Option<IgnoredAny>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct LoginIds {
    username: Option<IgnoredAny>,
    emails: Vec<IgnoredAny>,
    #[serde(rename = "unverifiedEmails")]
    unverified: Vec<IgnoredAny>,
}

/// What the site says about an account's password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Told {
    /// There is one.
    Password,
    /// There is none, and nobody could log in with one.
    None,
    /// There is none, though one could log in with it: this is the UID.
    Missing(String),
}

impl Record {
    /// Reads what is needed from the text of an account.
    pub(super) fn of(bytes: Bytes) -> (Self, Told) {
        let head: Head<'_> = serde_json::from_slice(&bytes).unwrap_or_default();
        // An account without a UID cannot be told from another but by all that it is.
        let digest = match &head.uid {
            Some(uid) => blake3::hash(uid.as_bytes()),
            None => blake3::hash(&bytes),
        };
        let mut key = [0; 16];
        key.copy_from_slice(&digest.as_bytes()[..16]);
        let hash = head.password.is_some_and(|password| password.hash.or(password.compound).is_some());
        let login = head.login_ids.is_some_and(|ids| {
            ids.username.is_some() || !ids.emails.is_empty() || !ids.unverified.is_empty()
        });
        let told = match head.uid {
            _ if hash => Told::Password,
            Some(uid) if login && head.registered != Some(false) => Told::Missing(uid.into_owned()),
            _ => Told::None,
        };
        let updated = head.updated.unwrap_or(UNTOLD);
        (Self { bytes, key, updated }, told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Record, Told) {
        Record::of(Bytes::from(text.to_owned()))
    }

    #[test]
    fn accounts_are_told_apart_by_their_uid() {
        let one = read(r#"{"UID":"a","lastUpdatedTimestamp":7}"#).0;
        let same = read(r#"{"UID":"\u0061","lastUpdatedTimestamp":8,"data":{"x":1}}"#).0;
        assert_eq!((one.key == same.key, one.updated, same.updated), (true, 7, 8));
        assert_ne!(one.key, read(r#"{"UID":"b","lastUpdatedTimestamp":7}"#).0.key);
        let nobody = |text| read(text).0.key;
        assert_ne!(nobody(r#"{"email":"a@x.test"}"#), nobody(r#"{"email":"b@x.test"}"#));
        assert_eq!(read(r#"{"UID":7}"#).0.updated, UNTOLD, "what cannot be read is kept all the same");
    }

    #[test]
    fn a_password_is_missing_only_where_somebody_could_use_it() {
        let told = |text| read(text).1;
        let logins = r#""loginIDs":{"emails":["a@x.test"]}"#;
        assert_eq!(told(&format!(r#"{{"UID":"a",{logins}}}"#)), Told::Missing("a".to_owned()));
        assert_eq!(
            told(&format!(r#"{{"UID":"a",{logins},"password":{{"created":"2026-01-01"}}}}"#)),
            Told::Missing("a".to_owned())
        );
        assert_eq!(told(&format!(r#"{{"UID":"a",{logins},"isRegistered":false}}"#)), Told::None);
        assert_eq!(told(r#"{"UID":"a","loginIDs":{"emails":[]}}"#), Told::None);
        for name in ["hash", "compoundHash"] {
            assert_eq!(told(&format!(r#"{{"UID":"a","password":{{"{name}":"x"}}}}"#)), Told::Password);
        }
    }
}
