//! `isFQDN` of validator.js 10.11, as `isEmail` and `isURL` call it: a top level is required, underscores and a
//! trailing dot are not allowed.

use super::text::{is_white_space, utf16_len};

/// Whether the text is a fully qualified domain name: at least two labels of at most 63 UTF-16 units each.
pub(crate) fn is_fqdn(text: &str) -> bool {
    if text.split('.').any(|label| utf16_len(label) > 63) {
        return false;
    }
    let Some((labels, top)) = text.rsplit_once('.') else { return false };
    is_top_level(top) && labels.split('.').all(is_label)
}

/// `/^([a-z\u00a1-\uffff]{2,}|xn[a-z0-9-]{2,})$/i` without white space.
fn is_top_level(text: &str) -> bool {
    let letters = utf16_len(text) >= 2 && text.chars().all(|c| c.is_ascii_alphabetic() || c >= '\u{a1}');
    let punycode = text.len() >= 4
        && text.is_char_boundary(2)
        && text[..2].eq_ignore_ascii_case("xn")
        && text[2..].bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    (letters || punycode) && !text.chars().any(is_disallowed_space)
}

/// `/[\s\u2002-\u200B\u202F\u205F\u3000\uFEFF\uDB40\uDC20]/`. The last two are lone surrogates: the class has no `u`
/// flag, so it also refuses any character whose pair holds one of them.
fn is_disallowed_space(character: char) -> bool {
    if is_white_space(character) || character == '\u{200b}' {
        return true;
    }
    let mut units = [0; 2];
    character.len_utf16() == 2
        && character.encode_utf16(&mut units).iter().any(|u| matches!(u, 0xdb40 | 0xdc20))
}

/// `/^[a-z\u00a1-\uffff0-9-]+$/i`, no full-width form, no hyphen at either end.
fn is_label(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text.chars().all(|c| {
            c.is_ascii_alphanumeric()
                || c == '-'
                || (c >= '\u{a1}' && !('\u{ff01}'..='\u{ff5e}').contains(&c))
        })
}

#[cfg(test)]
mod tests {
    use super::is_fqdn;

    #[test]
    fn labels_and_top_level() {
        for good in ["a.de", "xn--bcher-kva.example", "bücher.example", "a-b.c1.org", "a.xn--p1ai", "a.рф"]
        {
            assert!(is_fqdn(good), "{good}");
        }
        for bad in [
            "localhost",
            "a.b",
            "a..de",
            "-a.de",
            "a-.de",
            "a_b.de",
            "a.d3",
            ".de",
            "a.de.",
            "ａ.de",
            "a b.de",
        ] {
            assert!(!is_fqdn(bad), "{bad}");
        }
        assert!(!is_fqdn(&format!("{}.de", "a".repeat(64))));
    }
}
