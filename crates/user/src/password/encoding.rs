//! How texts of a `custom_password_hash` stand for bytes.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use base64::engine::{DecodePaddingMode, general_purpose::STANDARD_NO_PAD};
use serde::{Deserialize, Serialize};

/// `encoding` of a hash, a salt or a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    /// Base64, standard or URL-safe, padded or not.
    Base64,
    /// Hexadecimal, upper or lower case.
    Hex,
    /// The text's own UTF-8 bytes.
    #[default]
    Utf8,
}

impl Encoding {
    /// Auth0's name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Base64 => "base64",
            Self::Hex => "hex",
            Self::Utf8 => "utf8",
        }
    }

    /// The bytes that `text` stands for; `None` if it is not of this encoding.
    #[must_use]
    pub fn decode(self, text: &str) -> Option<Cow<'_, [u8]>> {
        match self {
            Self::Utf8 => Some(Cow::Borrowed(text.as_bytes())),
            Self::Base64 => decode_base64(text).map(Cow::Owned),
            Self::Hex => hex::decode(text).ok().map(Cow::Owned),
        }
    }
}

/// `salt.position`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Position {
    /// Salt, then password.
    #[default]
    Prefix,
    /// Password, then salt.
    Suffix,
}

impl Position {
    /// Auth0's name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Prefix => "prefix",
            Self::Suffix => "suffix",
        }
    }
}

/// `password.encoding`: what a login's password becomes before it is hashed. Names and meaning are those of Node's
/// `Buffer`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PasswordEncoding {
    /// To bytes as `latin1`: Node makes no difference between them when it encodes.
    Ascii,
    /// UTF-8.
    #[default]
    Utf8,
    /// UTF-16, little endian, no byte order mark.
    Utf16le,
    /// The same as `utf16le`.
    Ucs2,
    /// The low byte of each UTF-16 unit.
    Latin1,
    /// The same as `latin1`.
    Binary,
}

impl PasswordEncoding {
    /// Auth0's name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ascii => "ascii",
            Self::Utf8 => "utf8",
            Self::Utf16le => "utf16le",
            Self::Ucs2 => "ucs2",
            Self::Latin1 => "latin1",
            Self::Binary => "binary",
        }
    }

    /// The bytes of `password` in this encoding.
    #[must_use]
    pub fn encode(self, password: &str) -> Cow<'_, [u8]> {
        match self {
            Self::Utf8 => Cow::Borrowed(password.as_bytes()),
            Self::Utf16le | Self::Ucs2 => {
                Cow::Owned(password.encode_utf16().flat_map(u16::to_le_bytes).collect())
            }
            Self::Ascii | Self::Latin1 | Self::Binary => {
                Cow::Owned(password.encode_utf16().map(|unit| unit.to_le_bytes()[0]).collect())
            }
        }
    }
}

/// Reads standard and URL-safe alphabets; padding is cut off before.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

/// The bytes of a base64 text, read leniently: standard or URL-safe alphabet, any or no padding at the end, white space
/// anywhere. `None` if anything else is in it or a lone character is left over.
#[must_use]
pub fn decode_base64(text: &str) -> Option<Vec<u8>> {
    if !text.bytes().any(|byte| matches!(byte, b'-' | b'_') || byte.is_ascii_whitespace()) {
        return LENIENT.decode(text.trim_end_matches('=')).ok();
    }
    let mut plain = String::with_capacity(text.len());
    plain.extend(text.chars().filter(|c| !c.is_ascii_whitespace()).map(|c| match c {
        '-' => '+',
        '_' => '/',
        other => other,
    }));
    LENIENT.decode(plain.trim_end_matches('=')).ok()
}

/// A base64 text that is strict but for its padding (standard alphabet, no white space, unused bits zero), without that
/// padding, and the number of bytes it stands for. Such a text can be copied instead of decoded and encoded anew.
#[must_use]
pub fn strict_base64(text: &str) -> Option<(&str, usize)> {
    let bare = text.trim_end_matches('=');
    let mut last = 0;
    for &byte in bare.as_bytes() {
        let value = VALUES[usize::from(byte)];
        if value > 63 {
            return None;
        }
        last = value;
    }
    let unused = match bare.len() % 4 {
        0 => 0,
        2 => 0b1111,
        3 => 0b11,
        _ => return None,
    };
    (last & unused == 0).then_some((bare, bare.len() / 4 * 3 + (bare.len() % 4).saturating_sub(1)))
}

/// What each byte stands for in standard base64; 255 for those that are not in it.
const VALUES: [u8; 256] = {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut values = [255; 256];
    let mut value = 0;
    while value < 64 {
        values[alphabet[value] as usize] = value as u8;
        value += 1;
    }
    values
};

/// Appends `bytes` as standard base64 without padding, as PHC strings have it.
pub fn push_base64_unpadded(bytes: &[u8], out: &mut String) {
    // encode_string clears a kilobyte for each call; what is written here is mostly 22 to 86 characters long.
    let mut buffer = [0; 128];
    let written =
        STANDARD_NO_PAD.encode_slice(bytes, &mut buffer).ok().and_then(|length| buffer.get(..length));
    match written.and_then(|text| std::str::from_utf8(text).ok()) {
        Some(text) => out.push_str(text),
        None => STANDARD_NO_PAD.encode_string(bytes, out),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read_in_every_dress() {
        let bytes = [0xfb, 0xff, 0x00, 0x41];
        for text in ["+/8AQQ==", "+/8AQQ=", "+/8AQQ", "-_8AQQ", " -_8A\nQQ = =", "+/8AQR=="] {
            assert_eq!(decode_base64(text).as_deref(), Some(&bytes[..]), "{text}");
        }
        for text in ["+/8AQ", "+/8A=QQ", "+/8A*Q", "é"] {
            assert_eq!(decode_base64(text), None, "{text}");
        }
        assert_eq!(decode_base64(""), Some(Vec::new()));
    }

    proptest::proptest! {
        #[test]
        fn strict_base64_is_what_encoding_the_bytes_gives(text in "[A-Za-z0-9+/_ -]{0,30}={0,3}") {
            let written = decode_base64(&text).map(|bytes| {
                let mut written = String::new();
                push_base64_unpadded(&bytes, &mut written);
                (written, bytes.len())
            });
            if let Some((bare, length)) = strict_base64(&text) {
                proptest::prop_assert_eq!(Some((bare.to_owned(), length)), written);
            } else if let Some((written, _)) = written {
                proptest::prop_assert_ne!(written, text.trim_end_matches('='));
            }
        }
    }

    #[test]
    fn passwords_are_encoded_as_nodes_buffer_does() {
        let text = "aé€🐎";
        assert_eq!(PasswordEncoding::Latin1.encode(text).as_ref(), [0x61, 0xe9, 0xac, 0x3d, 0x0e]);
        assert_eq!(PasswordEncoding::Ascii.encode(text), PasswordEncoding::Binary.encode(text));
        assert_eq!(
            PasswordEncoding::Ucs2.encode(text).as_ref(),
            [0x61, 0, 0xe9, 0, 0xac, 0x20, 0x3d, 0xd8, 0x0e, 0xdc]
        );
    }
}
