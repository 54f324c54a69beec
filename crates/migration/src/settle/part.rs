//! A part, loaded: its bytes, checked against the manifest, and its users by index.

use bytes::Bytes;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::run::{Part, RunFolder};

/// A part in memory. At most half a megabyte.
#[derive(Debug, Clone)]
pub struct PartFile {
    number: u32,
    bytes: Bytes,
}

/// What identifies a user. A member that is no text (a number as username) identifies nobody.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Keys {
    /// As in the file, without `auth0|`.
    #[serde(deserialize_with = "text")]
    pub user_id: Option<String>,
    /// As in the file.
    #[serde(deserialize_with = "text")]
    pub email: Option<String>,
    /// As in the file.
    #[serde(deserialize_with = "text")]
    pub username: Option<String>,
    /// As in the file.
    #[serde(deserialize_with = "text")]
    pub phone_number: Option<String>,
}

fn text<'de, D: Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(value)? {
        Value::String(text) => Some(text),
        _ => None,
    })
}

/// A user as it is sent, and its index in the part.
pub type SentUser = (u32, Map<String, Value>);

/// Why a part cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PartFileError {
    /// It cannot be read.
    #[error("part {number} cannot be read ({source}); restore the run folder or prepare the run again")]
    Io {
        /// The part.
        number: u32,
        /// The operating system's answer.
        source: std::io::Error,
    },
    /// It is not what the manifest says.
    #[error("part {number} is not the one that was prepared: {what}; restore it or prepare the run again")]
    Changed {
        /// The part.
        number: u32,
        /// What differs.
        what: &'static str,
    },
}

impl PartFile {
    /// Reads a part and holds it against the manifest.
    ///
    /// # Errors
    /// [`PartFileError`].
    pub fn load(folder: &RunFolder, part: &Part) -> Result<Self, PartFileError> {
        let number = part.number;
        let bytes =
            std::fs::read(folder.part(number)).map_err(|source| PartFileError::Io { number, source })?;
        if u64::try_from(bytes.len()).ok() != Some(part.bytes) {
            return Err(PartFileError::Changed { number, what: "its length differs" });
        }
        if blake3::hash(&bytes).to_hex().as_str() != part.blake3 {
            return Err(PartFileError::Changed { number, what: "its BLAKE3 digest differs" });
        }
        Ok(Self { number, bytes: bytes.into() })
    }

    /// The whole file.
    #[must_use]
    pub fn bytes(&self) -> Bytes {
        self.bytes.clone()
    }

    /// The users as JSON texts, in order.
    ///
    /// # Errors
    /// [`PartFileError::Changed`] when it is no JSON array; a manifest cannot vouch for that.
    pub fn texts(&self) -> Result<Vec<&RawValue>, PartFileError> {
        serde_json::from_slice(&self.bytes).map_err(|_| self.no_array())
    }

    /// What identifies each user, in order.
    ///
    /// # Errors
    /// As [`PartFile::texts`].
    pub fn keys(&self) -> Result<Vec<Keys>, PartFileError> {
        let texts = self.texts()?;
        Ok(texts.iter().map(|text| serde_json::from_str(text.get()).unwrap_or_default()).collect())
    }

    /// One user.
    ///
    /// # Errors
    /// As [`PartFile::texts`].
    pub fn users(&self, indices: &[u32]) -> Result<Vec<SentUser>, PartFileError> {
        let texts = self.texts()?;
        let user = |index: u32| {
            let text = texts.get(usize::try_from(index).ok()?)?;
            Some((index, json::from_slice(text.get().as_bytes()).ok()?))
        };
        Ok(indices.iter().filter_map(|index| user(*index)).collect())
    }

    /// A file of some of the users; the whole file as it is when it is all of them.
    ///
    /// # Errors
    /// As [`PartFile::texts`].
    pub fn subset(&self, indices: &[u32], all: u32) -> Result<Bytes, PartFileError> {
        if u32::try_from(indices.len()) == Ok(all) {
            return Ok(self.bytes());
        }
        let texts = self.texts()?;
        let mut out = Vec::with_capacity(self.bytes.len());
        out.push(b'[');
        for index in indices {
            let Some(text) = usize::try_from(*index).ok().and_then(|index| texts.get(index)) else {
                continue;
            };
            if out.len() > 1 {
                out.push(b',');
            }
            out.extend_from_slice(text.get().as_bytes());
        }
        out.push(b']');
        Ok(out.into())
    }

    fn no_array(&self) -> PartFileError {
        PartFileError::Changed { number: self.number, what: "it is not a JSON array of users" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(text: &str) -> PartFile {
        PartFile { number: 1, bytes: Bytes::copy_from_slice(text.as_bytes()) }
    }

    #[test]
    fn a_subset_is_a_file_of_its_own() {
        let part = part("[ {\"email\":\"a\"},\n{\"email\":\"b\"},{\"email\":\"c\"}]  ");
        assert_eq!(part.subset(&[0, 2], 3).unwrap(), "[{\"email\":\"a\"},{\"email\":\"c\"}]");
        assert_eq!(part.subset(&[0, 1, 2], 3).unwrap(), part.bytes());
        assert_eq!(part.keys().unwrap()[1].email.as_deref(), Some("b"));
        assert_eq!(part.users(&[2]).unwrap()[0].1["email"], "c");
    }

    #[test]
    fn a_member_that_is_no_text_hides_no_other() {
        let part = part("[{\"user_id\":\"a\",\"email\":5,\"username\":null}]");
        let expected = Keys { user_id: Some("a".to_owned()), ..Keys::default() };
        assert_eq!(part.keys().unwrap(), [expected]);
    }

    #[test]
    fn a_changed_part_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let folder = RunFolder::create(&dir.path().join("run")).unwrap();
        std::fs::write(folder.part(1), "[]").unwrap();
        let mut described =
            Part { number: 1, users: 0, bytes: 2, blake3: blake3::hash(b"[]").to_hex().to_string() };
        PartFile::load(&folder, &described).unwrap();
        std::fs::write(folder.part(1), "{}").unwrap();
        assert!(matches!(PartFile::load(&folder, &described), Err(PartFileError::Changed { .. })));
        described.number = 2;
        assert!(matches!(PartFile::load(&folder, &described), Err(PartFileError::Io { .. })));
    }
}
