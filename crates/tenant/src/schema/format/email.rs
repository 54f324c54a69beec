//! `isEmail` of validator.js 10.11 with `require_tld`, which z-schema 3 calls for the format `email`.

use super::fqdn::is_fqdn;
use super::text::is_white_space;

/// Most bytes of the part before the last `@`.
const LOCAL_MAX: usize = 64;
/// Most bytes of the part after it.
const DOMAIN_MAX: usize = 254;

/// Whether the text is an email address by that judgement: no display name, no address literal, quotes allowed,
/// letters beyond ASCII allowed (those of the basic plane).
pub(crate) fn is_email(text: &str) -> bool {
    let Some((user, domain)) = text.rsplit_once('@') else { return false };
    if user.len() > LOCAL_MAX || domain.len() > DOMAIN_MAX || !is_fqdn(domain) {
        return false;
    }
    match user.strip_prefix('"') {
        Some(quoted) => is_quoted(without_last_unit(quoted)),
        None => user.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atom)),
    }
}

/// JavaScript's `user.slice(1, user.length - 1)`: whatever stands last is cut, a closing quote or not.
fn without_last_unit(quoted: &str) -> &str {
    let mut characters = quoted.chars();
    // Half of a surrogate pair would stay behind, which no class of the pattern matches; keep the character, which
    // none matches either.
    if characters.clone().next_back().is_some_and(|last| last.len_utf16() == 1) {
        characters.next_back();
    }
    characters.as_str()
}

/// The letters beyond ASCII that the patterns allow.
fn is_international(character: char) -> bool {
    matches!(character, '\u{a0}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{ffef}')
}

fn is_atom(character: char) -> bool {
    character.is_ascii_alphanumeric()
        || "!#$%&'*+-/=?^_`{|}~".contains(character)
        || is_international(character)
}

/// The pattern of a quoted local part: anything but control characters that are no space, quotes and backslashes;
/// those may follow a backslash.
fn is_quoted(text: &str) -> bool {
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        let fits = match character {
            '\\' => characters.next().is_some_and(|next| {
                matches!(next, '\u{1}'..='\u{9}' | '\u{b}'..='\u{7f}') || is_international(next)
            }),
            '\u{1}'..='\u{8}'
            | '\u{b}'
            | '\u{c}'
            | '\u{e}'..='\u{1f}'
            | '\u{7f}'
            | '!'
            | '#'..='['
            | ']'..='~' => true,
            other => is_white_space(other) || is_international(other),
        };
        if !fits {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::is_email;

    #[test]
    fn refuses_what_the_library_refuses() {
        for bad in [
            "",
            "x",
            "a@b",
            "akshay144@",
            "@x.de",
            "a..b@x.de",
            ".a@x.de",
            "a@x.de ",
            "a b@x.de",
            "a@[1.2.3.4]",
            "🦀@x.de",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
        assert!(!is_email(&format!("{}@x.de", "a".repeat(65))));
    }

    #[test]
    fn takes_what_the_library_takes() {
        for good in
            ["a@x.de", "Ada+l@x.co.uk", "ä@x.de", "\"a b\"@x.de", "\"a\\\"b\"@x.de", "a@🦀.de", "a'b@x.de"]
        {
            assert!(is_email(good), "{good}");
        }
        assert!(is_email(&format!("{}@x.de", "a".repeat(64))));
    }
}
