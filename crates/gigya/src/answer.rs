//! What a site answers: an envelope, and in it perhaps records.
//!
//! The body is read once. Of the records only their places are noted, so that whoever maps them reads their bytes for
//! the first time.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use bytes::Bytes;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::Error;

/// A good answer.
#[derive(Debug, Clone)]
pub struct Answer {
    pub(crate) method: String,
    pub(crate) body: Bytes,
    pub(crate) envelope: Envelope,
    /// The site's `Date`, epoch seconds.
    pub(crate) date: Option<i64>,
}

impl Answer {
    /// The body as it came: an object with the members of the envelope and those of the method.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// When the site answered, by its own clock, epoch seconds; none when it did not say.
    #[must_use]
    pub fn date(&self) -> Option<i64> {
        self.date
    }

    /// The id by which SAP's support finds the call.
    #[must_use]
    pub fn call_id(&self) -> &str {
        &self.envelope.call_id
    }

    /// The body as a type.
    ///
    /// # Errors
    /// [`Error::Answer`] when it is not of that type.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_slice(&self.body)
            .map_err(|error| Error::Answer { method: self.method.clone(), cause: place(&error) })
    }
}

/// The place of an error in an answer, not its text: an answer may hold what must not reach a log.
pub(crate) fn place(error: &serde_json::Error) -> String {
    format!("{:?} error at line {} column {}", error.classify(), error.line(), error.column())
}

/// The members that every answer has, and those of a search.
/// Source: Gigya, "Response Codes and Errors"; names of `idx.search` from SAP's own toolkit.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Envelope {
    /// 0 is good; none means that the answer is not one of Gigya's.
    pub(crate) error_code: Option<i64>,
    pub(crate) error_message: String,
    pub(crate) error_details: String,
    pub(crate) call_id: String,
    pub(crate) api_domain: String,
    pub(crate) next_cursor: Option<String>,
    pub(crate) total: Option<u64>,
    /// Where the elements of `results` (`result` of `idx.search`) are in the body.
    pub(crate) records: Vec<Range<usize>>,
}

impl Envelope {
    pub(crate) fn read(body: &[u8]) -> Result<Self, serde_json::Error> {
        let mut reader = serde_json::Deserializer::from_slice(body);
        let envelope = reader.deserialize_map(Members { body })?;
        reader.end()?;
        Ok(envelope)
    }
}

struct Members<'b> {
    body: &'b [u8],
}

impl<'de> Visitor<'de> for Members<'_> {
    type Value = Envelope;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an answer of Gigya, which is an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Envelope, A::Error> {
        let mut envelope = Envelope::default();
        while let Some(Name(name)) = map.next_key()? {
            match &*name {
                "errorCode" => envelope.error_code = map.next_value_seed(Loose)?.parse().ok(),
                "errorMessage" => envelope.error_message = map.next_value_seed(Loose)?,
                "errorDetails" => envelope.error_details = map.next_value_seed(Loose)?,
                "callId" => envelope.call_id = map.next_value_seed(Loose)?,
                "apiDomain" | "location" if envelope.api_domain.is_empty() => {
                    envelope.api_domain = map.next_value_seed(Loose)?;
                }
                "nextCursorId" => {
                    envelope.next_cursor = Some(map.next_value_seed(Loose)?).filter(|id| !id.is_empty());
                }
                "totalCount" => envelope.total = map.next_value_seed(Loose)?.parse().ok(),
                "results" | "result" => envelope.records = map.next_value_seed(Places { body: self.body })?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(envelope)
    }
}

/// A member's name, borrowed where it has no escapes.
#[derive(serde::Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

/// A text, or a number as its text; empty for what is neither. The envelope's types are not the same everywhere.
struct Loose;

impl<'de> DeserializeSeed<'de> for Loose {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Loose {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a number")
    }

    fn visit_str<E>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }

    fn visit_u64<E>(self, number: u64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_i64<E>(self, number: i64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_f64<E>(self, number: f64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_bool<E>(self, _: bool) -> Result<String, E> {
        Ok(String::new())
    }

    fn visit_unit<E>(self) -> Result<String, E> {
        Ok(String::new())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<String, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(String::new())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<String, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(String::new())
    }
}

/// The places of an array's elements in the body; none when it is no array.
struct Places<'b> {
    body: &'b [u8],
}

impl<'de> DeserializeSeed<'de> for Places<'_> {
    type Value = Vec<Range<usize>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Places<'_> {
    type Value = Vec<Range<usize>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of records")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut places = Vec::new();
        while let Some(record) = seq.next_element::<&'de RawValue>()? {
            // The text is borrowed from the body, so its address tells its place.
            let start = record.get().as_ptr().addr() - self.body.as_ptr().addr();
            places.push(start..start + record.get().len());
        }
        Ok(places)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Vec::new())
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_found_where_they_stand() {
        let body = br#" {"results":[ {"UID":"a","x":[1,{"y":"]"}]} , {"UID":"\u00e4"},7],"totalCount":9,"callId":"c",
            "errorCode":0,"nextCursorId":"n","time":"2026-01-01T00:00:00Z","more":{"results":[1]}} "#;
        let envelope = Envelope::read(body).unwrap();
        let records: Vec<&str> =
            envelope.records.iter().map(|place| std::str::from_utf8(&body[place.clone()]).unwrap()).collect();
        assert_eq!(records, [r#"{"UID":"a","x":[1,{"y":"]"}]}"#, r#"{"UID":"\u00e4"}"#, "7"]);
        assert_eq!((envelope.total, envelope.next_cursor.as_deref()), (Some(9), Some("n")));
        assert_eq!((envelope.error_code, envelope.call_id.as_str()), (Some(0), "c"));
    }

    #[test]
    fn an_envelope_is_read_whatever_its_types() {
        let read = |text: &str| Envelope::read(text.as_bytes()).unwrap();
        assert_eq!(read(r#"{"errorCode":"403048"}"#).error_code, Some(403_048));
        assert_eq!(
            read(r#"{"errorCode":[],"errorDetails":{"a":[1]},"results":"none"}"#),
            Envelope::default()
        );
        assert_eq!(read(r#"{"result":[{}],"nextCursorId":""}"#).next_cursor, None);
        assert_eq!(read(r#"{"apiDomain":"us1.gigya.com","location":"x"}"#).api_domain, "us1.gigya.com");
        for broken in ["", "<html>", "[]", r#"{"errorCode":0"#, r#"{"errorCode":0} {}"#, r#"{"results":[{]}"#]
        {
            assert!(Envelope::read(broken.as_bytes()).is_err(), "{broken}");
        }
    }
}
