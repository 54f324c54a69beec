//! `format`: a template of text, such as `wikipedia$salt$password`. Its salt is clear text.

use user::password::PasswordEncoding;

use super::reason::Untranslatable;
use super::template::{Side, Template};

/// Reads a template. A `$` that starts neither `$password` nor `$salt` stands for itself unless a letter follows it.
pub(super) fn read(template: &str, salt: Option<&str>) -> Result<Template, Untranslatable> {
    let (before, after) = template
        .split_once("$password")
        .ok_or_else(|| Untranslatable::malformed("format does not hold $password"))?;
    if after.contains("$password") {
        return Err(Untranslatable::not_expressible("format holds $password more than once"));
    }
    Template::new(side(before, salt)?, side(after, salt)?, PasswordEncoding::Utf8)
}

fn side(mut text: &str, salt: Option<&str>) -> Result<Side, Untranslatable> {
    let mut bytes = Vec::with_capacity(text.len() + salt.map_or(0, str::len));
    while let Some(at) = text.find('$') {
        let (constant, rest) = text.split_at(at);
        bytes.extend_from_slice(constant.as_bytes());
        if let Some(rest) = rest.strip_prefix("$salt") {
            let salt = salt
                .ok_or_else(|| Untranslatable::malformed("format holds $salt and the account has no salt"))?;
            bytes.extend_from_slice(salt.as_bytes());
            text = rest;
        } else {
            let rest = rest.strip_prefix('$').unwrap_or_default();
            if rest.starts_with(|next: char| next.is_ascii_alphabetic()) {
                return Err(Untranslatable::not_expressible(
                    "format holds a token other than $password and $salt",
                ));
            }
            bytes.push(b'$');
            text = rest;
        }
    }
    bytes.extend_from_slice(text.as_bytes());
    Ok(Side { bytes })
}
