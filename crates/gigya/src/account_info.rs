//! `accounts.getAccountInfo`.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use serde::de::{Deserializer as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::answer::place;
use crate::{Call, Client, Error};

/// Members of an answer that are not of the account. Source: Gigya, "Response Codes and Errors".
const ENVELOPE: [&str; 10] = [
    "apiVersion",
    "callId",
    "errorCode",
    "errorDetails",
    "errorMessage",
    "fullEventName",
    "statusCode",
    "statusReason",
    "time",
    "context",
];

impl Client {
    /// The account of a UID with the parts that `include` names (`profile,data,password,…`, without spaces), as its
    /// JSON text without the members of the envelope. None when the site has no such account.
    ///
    /// The documentation has two codes for an unknown UID, of which one (403005) also means an unknown caller; it is
    /// taken for the former only after the site has taken a call of ours.
    /// More than five calls at once for one UID are refused (409030) and retried.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn account_info(&self, uid: &str, include: &str) -> Result<Option<Bytes>, Error> {
        let call = Call::new("accounts.getAccountInfo").param("UID", uid).param("include", include);
        match self.send(&call).await {
            Ok(answer) => without_envelope(answer.body())
                .map(Some)
                .map_err(|error| Error::Answer { method: call.method, cause: place(&error) }),
            Err(error) => match error.code() {
                Some(404_000 | 404_003) => Ok(None),
                Some(403_005) if self.inner.known.load(Ordering::Relaxed) => Ok(None),
                _ => Err(error),
            },
        }
    }
}

/// Copies an object without the members of the envelope; values stay as they were written.
fn without_envelope(body: &[u8]) -> Result<Bytes, serde_json::Error> {
    struct Members;

    impl<'de> Visitor<'de> for Members {
        type Value = String;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an account")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<String, A::Error> {
            let mut seen = BTreeSet::new();
            let mut out = String::from("{");
            while let Some((name, value)) = map.next_entry::<String, &RawValue>()? {
                if ENVELOPE.contains(&name.as_str()) || !seen.insert(name.clone()) {
                    continue;
                }
                if out.len() > 1 {
                    out.push(',');
                }
                out.push_str(&serde_json::Value::from(name).to_string());
                out.push(':');
                out.push_str(value.get());
            }
            out.push('}');
            Ok(out)
        }
    }

    serde_json::Deserializer::from_slice(body).deserialize_map(Members).map(Bytes::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_is_taken_out_of_its_envelope_as_it_was_written() {
        let body =
            br#"{"callId":"c","errorCode":0, "UID":"a", "data":{"time" : 1.0e2,"errorCode":7},"time":"now"}"#;
        let account = without_envelope(body).unwrap();
        assert_eq!(account, br#"{"UID":"a","data":{"time" : 1.0e2,"errorCode":7}}"#.as_slice());
    }
}
