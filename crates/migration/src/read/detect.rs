//! What the first bytes of an input say about its format.

use super::Format;
use super::wrapped::{Found, look};

/// How the records of an input are set apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    /// Objects one after the other.
    Lines,
    /// Elements of an array.
    Array,
    /// Elements of arrays that are members of an object.
    Wrapped,
    /// Delimiter-separated values.
    Dsv,
}

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
    let look = look(head, start + 1, max_depth);
    match look.found {
        Found::Accounts(at) => Some(at),
        Found::IsAccount => None,
        Found::End(_) | Found::Unfinished(_) => look.maybe,
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
