//! `binaryFormat`: a template of bytes, such as `$0x4769$salt:base64$0x5F$password:utf16`.
//!
//! Tokens: `$password:<encoding>`, `$salt:<encoding>` with `hex`, `base64`, `utf8`, `utf16` or `utf32`, and `$0x<hex>`
//! for bytes that stand for themselves. The byte order of UTF-16 and UTF-32 is not documented; the service runs on .NET,
//! whose order is little endian.

use user::password::PasswordEncoding;

use super::reason::Untranslatable;
use super::stored;
use super::template::{Side, Template};

/// Reads a template.
pub(super) fn read(template: &str, salt: Option<&str>) -> Result<Template, Untranslatable> {
    let mut prefix = Side::default();
    let mut suffix = Side::default();
    let mut password = None;
    let first = template.strip_prefix('$').ok_or_else(unknown)?;
    for token in first.split('$') {
        let side = if password.is_none() { &mut prefix } else { &mut suffix };
        if let Some(digits) = token.strip_prefix("0x") {
            let bytes = hex::decode(digits).map_err(|_| {
                Untranslatable::malformed(
                    "binaryFormat holds $0x with something other than pairs of hexadecimal digits",
                )
            })?;
            side.bytes.extend_from_slice(&bytes);
            continue;
        }
        let (name, encoding) = token.split_once(':').unwrap_or((token, ""));
        match name {
            "password" if password.is_some() => {
                return Err(Untranslatable::not_expressible("binaryFormat holds $password more than once"));
            }
            "password" => password = Some(password_encoding(encoding)?),
            "salt" => side.bytes.extend_from_slice(&salt_bytes(encoding, salt)?),
            _ => return Err(unknown()),
        }
    }
    let encoding =
        password.ok_or_else(|| Untranslatable::malformed("binaryFormat does not hold $password"))?;
    Template::new(prefix, suffix, encoding)
}

fn unknown() -> Untranslatable {
    Untranslatable::malformed("binaryFormat holds something other than $password:…, $salt:… and $0x…")
}

fn password_encoding(name: &str) -> Result<PasswordEncoding, Untranslatable> {
    match name.to_ascii_lowercase().as_str() {
        "utf8" | "" => Ok(PasswordEncoding::Utf8),
        "utf16" => Ok(PasswordEncoding::Utf16le),
        "utf32" => {
            Err(Untranslatable::not_expressible("the password is hashed as UTF-32, which Auth0 cannot do"))
        }
        "hex" | "base64" => Err(Untranslatable::not_expressible(
            "the password is read as hexadecimal or base64 before it is hashed, which Auth0 cannot do",
        )),
        _ => {
            Err(Untranslatable::malformed("binaryFormat names an encoding of the password that is not known"))
        }
    }
}

fn salt_bytes(encoding: &str, salt: Option<&str>) -> Result<Vec<u8>, Untranslatable> {
    let salt = salt
        .ok_or_else(|| Untranslatable::malformed("binaryFormat holds $salt and the account has no salt"))?;
    match encoding.to_ascii_lowercase().as_str() {
        "base64" => stored::base64_salt(salt).map(stored::Stored::into_bytes),
        "hex" => {
            hex::decode(salt.trim()).map_err(|_| Untranslatable::malformed("the salt is not hexadecimal"))
        }
        "utf8" => Ok(salt.as_bytes().to_vec()),
        "utf16" => Ok(salt.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        "utf32" => Ok(salt.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect()),
        _ => Err(Untranslatable::malformed("binaryFormat names an encoding of the salt that is not known")),
    }
}
