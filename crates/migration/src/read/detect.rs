//! What the first bytes of an input say about its format.

use scan::{Kind, PADDING, Scanner};

use super::Format;

/// How the records of an input are set apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    /// Objects one after the other.
    Lines,
    /// Elements of an array.
    Array,
    /// Elements of an array that is a member of an object.
    Wrapped,
    /// Delimiter-separated values.
    Dsv,
}

/// Members of which an account has at least one, and an object that wraps accounts has none.
const OF_ACCOUNTS: [&str; 8] =
    ["UID", "profile", "loginIDs", "emails", "isRegistered", "hasLiteAccount", "identities", "email"];

/// Decides on the framing from the head of an input (without its byte order mark), and where its records begin.
pub(crate) fn framing(head: &[u8], format: Format, max_depth: u16) -> (Framing, usize) {
    let start = head.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(head.len());
    let first = head.get(start).copied();
    let array = |from: usize| memchr::memchr(b'[', &head[from..]).map_or(head.len(), |at| from + at + 1);
    match format {
        Format::Array => (Framing::Array, array(start)),
        Format::Ndjson => (Framing::Lines, 0),
        Format::Dsv => (Framing::Dsv, 0),
        Format::Wrapped => {
            (Framing::Wrapped, wrapped(head, start, max_depth).unwrap_or_else(|| array(start)))
        }
        Format::Auto => match first {
            Some(b'[') => (Framing::Array, start + 1),
            Some(b'{') => match wrapped(head, start, max_depth) {
                Some(at) => (Framing::Wrapped, at),
                None => (Framing::Lines, 0),
            },
            Some(_) if !has_line_of_json(head) => (Framing::Dsv, 0),
            _ => (Framing::Lines, 0),
        },
    }
}

fn has_line_of_json(head: &[u8]) -> bool {
    head.split(|&byte| byte == b'\n').any(|line| line.trim_ascii_start().first() == Some(&b'{'))
}

/// Where the elements of a wrapped array begin, if the object at `start` wraps one and is no account.
fn wrapped(head: &[u8], start: usize, max_depth: u16) -> Option<usize> {
    let mut text = head.to_vec();
    text.extend_from_slice(&[0; PADDING]);
    let mut scanner = Scanner::new(&text, start + 1, max_depth);
    let mut found = None;
    loop {
        if scanner.skip_space() != b'"' {
            return found;
        }
        let name = scanner.at + 1;
        scanner.at = name;
        if scanner.string().is_err() {
            return found;
        }
        let name = String::from_utf8_lossy(&text[name..scanner.at - 1]).into_owned();
        if OF_ACCOUNTS.contains(&name.as_str()) {
            return None;
        }
        if scanner.colon().is_err() {
            return found;
        }
        let opens = scanner.skip_space() == b'[';
        let inside = scanner.at + 1;
        if opens && found.is_none() {
            scanner.at = inside;
            if scanner.skip_space() == b'{' {
                found = Some(inside);
            }
            scanner.at = inside - 1;
        }
        match scanner.value(0) {
            // An empty array may be the wrapped one when nothing better follows: no accounts matched.
            Ok(span) if span.kind == Kind::Array && found.is_none() && span.is_empty() => {
                found = Some(inside)
            }
            Ok(_) => {}
            Err(_) => return found,
        }
        if scanner.skip_space() != b',' {
            return found;
        }
        scanner.at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_from_the_bytes() {
        for (head, framing_expected, at) in [
            ("[{\"UID\":1}]", Framing::Array, 1),
            ("  [", Framing::Array, 3),
            ("{\"UID\":\"a\",\"identities\":[{}]}\n", Framing::Lines, 0),
            ("{\"callId\":\"x\",\"results\":[{\"UID\":1}],\"n\":1}", Framing::Wrapped, 25),
            ("{\"a\":1,\"any name\" : [ {\"UID\":1", Framing::Wrapped, 21),
            ("{\"profile\":{},\"identities\":[{}]}", Framing::Lines, 0),
            ("UID,profile.email\na,b\n", Framing::Dsv, 0),
            ("broken\n{\"UID\":1}\n", Framing::Lines, 0),
            ("", Framing::Lines, 0),
        ] {
            assert_eq!(framing(head.as_bytes(), Format::Auto, 128), (framing_expected, at), "{head}");
        }
    }
}
