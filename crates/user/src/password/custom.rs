//! `custom_password_hash`, as it stands in an import file.

use std::fmt;

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize};

use super::algorithm::Algorithm;
use super::digest::Digest;
use super::encoding::{Encoding, PasswordEncoding, Position};
use crate::text::write_json_string;

/// `custom_password_hash`. Reading it refuses unknown members and nulls, as Auth0's schema does; whether its parts fit
/// each other is for [`CustomPasswordHash::check`] to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomPasswordHash {
    /// What the hash was made with.
    pub algorithm: Algorithm,
    /// The hash itself.
    #[serde(deserialize_with = "object")]
    pub hash: Hash,
    /// What was put before or after the password.
    #[serde(default, deserialize_with = "some_object", skip_serializing_if = "Option::is_none")]
    pub salt: Option<Salt>,
    /// How the password became bytes.
    #[serde(default, deserialize_with = "some_object", skip_serializing_if = "Option::is_none")]
    pub password: Option<PasswordText>,
    /// scrypt: length of the hash, in bytes.
    #[serde(default, deserialize_with = "integer", skip_serializing_if = "Option::is_none")]
    pub keylen: Option<i64>,
    /// scrypt: cost, a power of two above one. 16384 if it is absent.
    #[serde(default, deserialize_with = "integer", skip_serializing_if = "Option::is_none")]
    pub cost: Option<i64>,
    /// scrypt: block size. 8 if it is absent.
    #[serde(default, deserialize_with = "integer", skip_serializing_if = "Option::is_none")]
    pub block_size: Option<i64>,
    /// scrypt: parallelization. 1 if it is absent.
    #[serde(default, deserialize_with = "integer", skip_serializing_if = "Option::is_none")]
    pub parallelization: Option<i64>,
}

/// `custom_password_hash.hash`. Its `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hash {
    /// The hash, in `encoding`.
    pub value: String,
    /// How `value` stands for bytes. Some algorithms demand one, others need none.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
    /// HMAC: name of the digest.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
    /// HMAC: the key.
    #[serde(default, deserialize_with = "some_object", skip_serializing_if = "Option::is_none")]
    pub key: Option<Key>,
}

/// `custom_password_hash.hash.key`. Its `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// The key, in `encoding`.
    pub value: String,
    /// How `value` stands for bytes; `utf8` if it is absent.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
}

/// `custom_password_hash.salt`. Its `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Salt {
    /// The salt, in `encoding`.
    pub value: String,
    /// How `value` stands for bytes; `utf8` if it is absent.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
    /// Which side of the password it stands on; `prefix` if it is absent.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
}

/// `custom_password_hash.password`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordText {
    /// How a login's password becomes bytes; `utf8` if it is absent.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub encoding: Option<PasswordEncoding>,
}

impl CustomPasswordHash {
    /// A hash with nothing but its value.
    #[must_use]
    pub fn new(algorithm: Algorithm, value: String, encoding: Option<Encoding>) -> Self {
        Self {
            algorithm,
            hash: Hash { value, encoding, digest: None, key: None },
            salt: None,
            password: None,
            keylen: None,
            cost: None,
            block_size: None,
            parallelization: None,
        }
    }

    /// How a login's password becomes bytes.
    #[must_use]
    pub fn password_encoding(&self) -> PasswordEncoding {
        self.password.as_ref().and_then(|password| password.encoding).unwrap_or_default()
    }

    /// Appends it as compact JSON. Members stand in the order of the struct.
    pub fn write_json(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"algorithm\":\"");
        out.extend_from_slice(self.algorithm.as_str().as_bytes());
        out.extend_from_slice(b"\",\"hash\":{\"value\":");
        write_json_string(&self.hash.value, out);
        write_name(out, b",\"encoding\":\"", self.hash.encoding.map(Encoding::as_str));
        write_name(out, b",\"digest\":\"", self.hash.digest.map(Digest::as_str));
        if let Some(key) = &self.hash.key {
            out.extend_from_slice(b",\"key\":{\"value\":");
            write_json_string(&key.value, out);
            write_name(out, b",\"encoding\":\"", key.encoding.map(Encoding::as_str));
            out.push(b'}');
        }
        out.push(b'}');
        if let Some(salt) = &self.salt {
            out.extend_from_slice(b",\"salt\":{\"value\":");
            write_json_string(&salt.value, out);
            write_name(out, b",\"encoding\":\"", salt.encoding.map(Encoding::as_str));
            write_name(out, b",\"position\":\"", salt.position.map(Position::as_str));
            out.push(b'}');
        }
        if let Some(password) = &self.password {
            out.extend_from_slice(b",\"password\":{");
            write_name(out, b"\"encoding\":\"", password.encoding.map(PasswordEncoding::as_str));
            out.push(b'}');
        }
        write_number(out, b",\"keylen\":", self.keylen);
        write_number(out, b",\"cost\":", self.cost);
        write_number(out, b",\"blockSize\":", self.block_size);
        write_number(out, b",\"parallelization\":", self.parallelization);
        out.push(b'}');
    }
}

fn write_name(out: &mut Vec<u8>, member: &[u8], name: Option<&str>) {
    if let Some(name) = name {
        out.extend_from_slice(member);
        out.extend_from_slice(name.as_bytes());
        out.push(b'"');
    }
}

fn write_number(out: &mut Vec<u8>, member: &[u8], number: Option<i64>) {
    if let Some(number) = number {
        out.extend_from_slice(member);
        out.extend_from_slice(number.to_string().as_bytes());
    }
}

/// A member that is there may not be null.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// An object; serde alone would take an array of its members too.
fn object<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<T, D::Error> {
    let members = serde_json::Map::deserialize(deserializer)?;
    serde_json::from_value(serde_json::Value::Object(members)).map_err(D::Error::custom)
}

fn some_object<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    object(deserializer).map(Some)
}

/// An integer as JSON Schema has it: `32.0` is one too.
fn integer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let number = serde_json::Number::deserialize(deserializer)?;
    if let Some(integer) = number.as_i64() {
        return Ok(Some(integer));
    }
    match number.as_f64() {
        Some(float) if float.fract() == 0.0 => {
            // Saturates, and every number that large is beyond all limits anyway.
            #[expect(clippy::cast_possible_truncation, reason = "saturation is meant")]
            let integer = float as i64;
            Ok(Some(integer))
        }
        _ => Err(D::Error::custom("expected an integer")),
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hash")
            .field("encoding", &self.encoding)
            .field("digest", &self.digest)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("encoding", &self.encoding).finish_non_exhaustive()
    }
}

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Salt")
            .field("encoding", &self.encoding)
            .field("position", &self.position)
            .finish_non_exhaustive()
    }
}
