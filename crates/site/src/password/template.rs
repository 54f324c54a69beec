//! `format` and `binaryFormat`: what is hashed, put together from password, salt and constants.

use super::{Settings, Unverifiable, decode};

/// The bytes that are hashed; the password alone where there is no template.
pub(super) fn fill(settings: &Settings, password: &str) -> Result<Vec<u8>, Unverifiable> {
    match (&settings.binary_format, &settings.format) {
        (Some(template), _) => binary(template, settings.salt.as_deref(), password),
        (None, Some(template)) => text(template, settings.salt.as_deref(), password),
        (None, None) => Ok(password.as_bytes().to_vec()),
    }
}

/// `wikipedia$salt$password`: the salt is clear text.
fn text(template: &str, salt: Option<&str>, password: &str) -> Result<Vec<u8>, Unverifiable> {
    let mut out = Vec::new();
    let mut rest = template;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("$password") {
            out.extend_from_slice(password.as_bytes());
            rest = after;
        } else if let Some(after) = rest.strip_prefix("$salt") {
            let salt = salt.ok_or(Unverifiable::Malformed("format holds $salt and there is no salt"))?;
            out.extend_from_slice(salt.as_bytes());
            rest = after;
        } else {
            let next = rest.char_indices().skip(1).find(|(_, letter)| *letter == '$');
            let (constant, after) = rest.split_at(next.map_or(rest.len(), |(at, _)| at));
            out.extend_from_slice(constant.as_bytes());
            rest = after;
        }
    }
    Ok(out)
}

/// `$0x4769$salt:base64$0x5F$password:utf16`: tokens, each a run of bytes.
fn binary(template: &str, salt: Option<&str>, password: &str) -> Result<Vec<u8>, Unverifiable> {
    let unknown = Unverifiable::Malformed("binaryFormat holds something that is not known");
    let mut out = Vec::new();
    for token in template.strip_prefix('$').ok_or(unknown.clone())?.split('$') {
        if let Some(digits) = token.strip_prefix("0x") {
            out.extend(hex::decode(digits).map_err(|_| unknown.clone())?);
            continue;
        }
        let (name, encoding) = token.split_once(':').unwrap_or((token, "utf8"));
        let value = match name {
            "password" => password,
            "salt" => salt.ok_or(Unverifiable::Malformed("binaryFormat holds $salt and there is no salt"))?,
            _ => return Err(unknown),
        };
        out.extend(bytes(value, encoding)?);
    }
    Ok(out)
}

/// A text as bytes. The order of UTF-16 and UTF-32 is not documented; the service runs on .NET, whose order is little
/// endian.
fn bytes(text: &str, encoding: &str) -> Result<Vec<u8>, Unverifiable> {
    let malformed = || Unverifiable::Malformed("a value is not of the encoding that binaryFormat names");
    match encoding.to_ascii_lowercase().as_str() {
        "utf8" => Ok(text.as_bytes().to_vec()),
        "utf16" => Ok(text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        "utf32" => Ok(text.chars().flat_map(|letter| u32::from(letter).to_le_bytes()).collect()),
        "hex" => hex::decode(text.trim()).map_err(|_| malformed()),
        "base64" => decode(text).ok_or_else(malformed),
        _ => Err(Unverifiable::Malformed("binaryFormat names an encoding that is not known")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_stand_for_themselves_also_dollars() {
        let fill = |template: &str| text(template, Some("pepper"), "pw").unwrap();
        assert_eq!(fill("wikipedia$salt$password"), b"wikipediapepperpw");
        assert_eq!(fill("$password$salt"), b"pwpepper");
        assert_eq!(fill("é$5$$password$"), "é$5$pw$".as_bytes());
        assert!(text("$salt$password", None, "pw").is_err());
    }

    #[test]
    fn binary_tokens_are_runs_of_bytes() {
        let filled = binary("$0x4769$salt:base64$0x5F$password:utf16", Some("AQI="), "aé").unwrap();
        assert_eq!(filled, [0x47, 0x69, 1, 2, 0x5f, b'a', 0, 0xe9, 0]);
        assert!(binary("$password:rot13", None, "a").is_err());
        assert!(binary("password", None, "a").is_err());
    }
}
