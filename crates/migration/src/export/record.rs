//! What an export has to know of an account: who it is, when it was changed, whether a password is missing.

use std::borrow::Cow;

use bytes::Bytes;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

/// The time-stamp of an account that has none.
pub(super) const UNTOLD: i64 = -1;

/// An account as it came.
#[derive(Debug, Clone)]
pub(super) struct Record {
    /// Its JSON text.
    pub(super) bytes: Bytes,
    /// BLAKE3 of what tells it from others, shortened.
    pub(super) key: [u8; 16],
    /// When it was made: epoch milliseconds, or [`UNTOLD`].
    pub(super) created: i64,
    /// When it was changed last, the same.
    pub(super) updated: i64,
}

/// The members that are looked at, unread: one of an unexpected type must not hide the others.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Head<'a> {
    #[serde(rename = "UID", borrow)]
    uid: Option<&'a RawValue>,
    #[serde(rename = "createdTimestamp", borrow)]
    created: Option<&'a RawValue>,
    #[serde(rename = "lastUpdatedTimestamp", borrow)]
    updated: Option<&'a RawValue>,
    #[serde(rename = "isRegistered", borrow)]
    registered: Option<&'a RawValue>,
    #[serde(borrow)]
    password: Option<&'a RawValue>,
    #[serde(rename = "loginIDs", borrow)]
    login_ids: Option<&'a RawValue>,
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
    emails: Option<Vec<IgnoredAny>>,
    #[serde(rename = "unverifiedEmails")]
    unverified: Option<Vec<IgnoredAny>>,
}

/// A member as a type, if it is there and of that type.
fn read<'a, T: Deserialize<'a>>(member: Option<&'a RawValue>) -> Option<T> {
    serde_json::from_str(member?.get()).ok()
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

/// The UID of an account, if it has one.
pub(super) fn uid(text: &[u8]) -> Option<String> {
    read::<String>(serde_json::from_slice::<Head<'_>>(text).ok()?.uid)
}

impl Record {
    /// Reads what is needed from the text of an account.
    pub(super) fn of(bytes: Bytes) -> (Self, Told) {
        let head: Head<'_> = serde_json::from_slice(&bytes).unwrap_or_default();
        let uid = read::<Cow<'_, str>>(head.uid);
        // An account without a UID cannot be told from another but by all that it is.
        let digest = match &uid {
            Some(uid) => blake3::hash(uid.as_bytes()),
            None => blake3::hash(head.uid.map_or(&bytes[..], |uid| uid.get().as_bytes())),
        };
        let mut key = [0; 16];
        key.copy_from_slice(&digest.as_bytes()[..16]);
        let hash = read::<Password>(head.password)
            .is_some_and(|password| password.hash.or(password.compound).is_some());
        let some = |list: &Option<Vec<IgnoredAny>>| list.as_ref().is_some_and(|list| !list.is_empty());
        let login = read::<LoginIds>(head.login_ids)
            .is_some_and(|ids| ids.username.is_some() || some(&ids.emails) || some(&ids.unverified));
        let told = match uid {
            _ if hash => Told::Password,
            Some(uid) if login && read(head.registered) != Some(false) => Told::Missing(uid.into_owned()),
            _ => Told::None,
        };
        let time = |member| read(member).unwrap_or(UNTOLD);
        let (created, updated) = (time(head.created), time(head.updated));
        (Self { bytes, key, created, updated }, told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> (Record, Told) {
        Record::of(Bytes::from(text.to_owned()))
    }

    #[test]
    fn accounts_are_told_apart_by_their_uid() {
        let one = of(r#"{"UID":"a","lastUpdatedTimestamp":7}"#).0;
        let same = of(r#"{"UID":"\u0061","lastUpdatedTimestamp":8,"data":{"x":1}}"#).0;
        assert_eq!((one.key == same.key, one.updated, same.updated), (true, 7, 8));
        assert_ne!(one.key, of(r#"{"UID":"b","lastUpdatedTimestamp":7}"#).0.key);
        let nobody = |text: &str| of(text).0.key;
        assert_ne!(nobody(r#"{"email":"a@x.test"}"#), nobody(r#"{"email":"b@x.test"}"#));
        let odd = of(r#"{"UID":"a","lastUpdatedTimestamp":"7","loginIDs":[],"password":7}"#).0;
        assert_eq!((odd.key == one.key, odd.updated), (true, UNTOLD), "what is odd hides nothing else");
        assert_ne!(nobody(r#"{"UID":7}"#), nobody(r#"{"UID":8}"#));
    }

    #[test]
    fn a_password_is_missing_only_where_somebody_could_use_it() {
        let told = |text: &str| of(text).1;
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
