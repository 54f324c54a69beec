//! What `format` and `binaryFormat` come to: bytes on one side of the password, and its encoding.

use account::Password;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use user::password::{CustomPasswordHash, Encoding, PasswordEncoding, PasswordText, Position, Salt};

use super::reason::Untranslatable;
use super::{binary, format, given};

/// What is hashed besides the password.
#[derive(Debug, Default)]
pub(super) struct Template {
    pub(super) salt: Option<Salt>,
    pub(super) encoding: PasswordEncoding,
}

/// One side's bytes, as text where they came as text.
#[derive(Debug, Default)]
pub(super) struct Side {
    pub(super) bytes: Vec<u8>,
}

impl Template {
    /// The template of a password; without one the password alone is hashed, as UTF-8.
    pub(super) fn of(password: &Password<'_>) -> Result<Self, Untranslatable> {
        let format = password.format.as_deref().filter(|text| !text.trim().is_empty());
        match (format, given(password.binary_format.as_deref())) {
            (None, None) => Ok(Self::default()),
            (Some(format), None) => format::read(format, password.salt.as_deref()),
            (None | Some("$password"), Some(binary)) => binary::read(binary, password.salt.as_deref()),
            (Some(_), Some(_)) => Err(Untranslatable::not_expressible(
                "format and binaryFormat are both set; which of them holds is not known",
            )),
        }
    }

    /// Puts the two sides together.
    pub(super) fn new(
        prefix: Side,
        suffix: Side,
        encoding: PasswordEncoding,
    ) -> Result<Self, Untranslatable> {
        let (bytes, position) = match (prefix.bytes.is_empty(), suffix.bytes.is_empty()) {
            (true, true) => return Ok(Self { salt: None, encoding }),
            (false, true) => (prefix.bytes, Position::Prefix),
            (true, false) => (suffix.bytes, Position::Suffix),
            (false, false) => {
                return Err(Untranslatable::not_expressible(
                    "something is hashed before the password and after it; Auth0 takes a salt on one side only",
                ));
            }
        };
        let (value, encoding_of_salt) = match String::from_utf8(bytes) {
            Ok(text) if !text.chars().any(char::is_control) => (text, Encoding::Utf8),
            Ok(text) => (STANDARD.encode(text), Encoding::Base64),
            Err(error) => (STANDARD.encode(error.as_bytes()), Encoding::Base64),
        };
        let salt = Salt { value, encoding: Some(encoding_of_salt), position: Some(position) };
        Ok(Self { salt: Some(salt), encoding })
    }

    /// Whether the password alone is hashed, as UTF-8.
    pub(super) fn is_plain(&self) -> bool {
        self.salt.is_none() && self.encoding == PasswordEncoding::Utf8
    }

    /// Puts salt and encoding into a hash.
    pub(super) fn apply(self, hash: &mut CustomPasswordHash) {
        hash.salt = self.salt;
        if self.encoding != PasswordEncoding::Utf8 {
            hash.password = Some(PasswordText { encoding: Some(self.encoding) });
        }
    }
}
