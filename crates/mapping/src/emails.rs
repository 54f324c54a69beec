//! Addresses of an account.

use user::{Text, write_json_string};

use crate::values::Source;
use scan::{Kind, Span};

/// Trimmed and lower-cased, as Auth0 keeps addresses. Nothing remains of a blank text.
#[inline]
pub(crate) fn normal(text: Text<'_>) -> Option<Text<'_>> {
    // Without a branch in it, so that many bytes are looked at in one step.
    let special = text.as_str().bytes().fold(false, |special, byte| special | !is_plain(byte));
    if !special && !text.as_str().is_empty() { Some(text) } else { normalised(&text) }
}

/// Neither white space nor an upper-case letter, and ASCII.
#[inline]
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_graphic() & !byte.is_ascii_uppercase()
}

fn normalised<'t>(text: &Text<'_>) -> Option<Text<'t>> {
    let trimmed = text.as_str().trim();
    (!trimmed.is_empty()).then(|| Text::Owned(trimmed.to_lowercase()))
}

/// The address the person logs in with: from the first group that has one; in it the preferred one, else the first.
pub(crate) fn login_email<'t>(
    text: Source<'t>,
    groups: impl Iterator<Item = Span>,
    prefer: Option<Text<'t>>,
) -> Option<Text<'t>> {
    let prefer = prefer.and_then(normal);
    for group in groups.filter(|group| !group.is_empty()) {
        let mut first = None;
        for span in text.elements(group) {
            let Some(address) = text.text(span).and_then(normal) else { continue };
            if prefer.as_ref().is_none_or(|prefer| prefer.as_str() == address.as_str()) {
                return Some(address);
            }
            first = first.or(Some(address));
        }
        if first.is_some() {
            return first;
        }
    }
    None
}

/// Whether the value is that address.
#[inline]
pub(crate) fn is(text: Source<'_>, span: Span, email: &str) -> bool {
    stands_as(text, span, email)
        || text.text(span).and_then(normal).is_some_and(|address| address.as_str() == email)
}

/// Whether the value is that normalised address without having to be normalised.
#[inline]
fn stands_as(text: Source<'_>, span: Span, email: &str) -> bool {
    span.kind == Kind::Plain
        && (span.end - span.start) as usize == email.len() + 2
        && text.raw(span).as_bytes()[1..=email.len()] == *email.as_bytes()
}

/// The addresses that were not chosen, as JSON: `{"verified": [...], "unverified": [...]}`, each once, normalised.
/// The first group holds the verified ones.
pub(crate) fn others(
    text: Source<'_>,
    groups: impl Iterator<Item = Span>,
    chosen: Option<&str>,
) -> Option<Vec<u8>> {
    let mut seen: Vec<(bool, Text<'_>)> = Vec::new();
    for (index, group) in groups.enumerate() {
        for span in text.elements(group) {
            if chosen.is_some_and(|chosen| stands_as(text, span, chosen)) {
                continue;
            }
            let Some(address) = text.text(span).and_then(normal) else { continue };
            if Some(address.as_str()) != chosen
                && !seen.iter().any(|(_, known)| known.as_str() == address.as_str())
            {
                seen.push((index == 0, address));
            }
        }
    }
    if seen.is_empty() {
        return None;
    }
    let mut json = Vec::with_capacity(128);
    for (name, verified) in [("verified", true), ("unverified", false)] {
        let mut open = false;
        for (_, address) in seen.iter().filter(|(is_verified, _)| *is_verified == verified) {
            if open {
                json.push(b',');
            } else {
                json.push(if json.is_empty() { b'{' } else { b',' });
                write_json_string(name, &mut json);
                json.extend_from_slice(b":[");
                open = true;
            }
            address.write_json(&mut json);
        }
        if open {
            json.push(b']');
        }
    }
    json.push(b'}');
    Some(json)
}
