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

/// What else an input is packed with, that is not unpacked here. Packed bytes can hold anything, also what looks like JSON.
pub(crate) fn packed(head: &[u8]) -> Option<String> {
    const MAGIC: [(&[u8], &str); 4] =
        [(b"\xfd7zXZ", "xz"), (b"BZh", "bzip2"), (b"\x28\xb5\x2f\xfd", "zstd"), (b"7z\xbc\xaf", "7-Zip")];
    // POSIX.1-1988 and later, at a place of its own in the header of the first file.
    let tar = head.get(257..262) == Some(b"ustar");
    let name = if tar { Some("tar") } else { None };
    let name =
        name.or_else(|| MAGIC.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, name)| *name));
    if let Some(name) = name {
        return Some(format!("it is packed with {name}; unpack it first (gzip and zip are unpacked here)"));
    }
    let again = head.starts_with(b"\x1f\x8b") || head.starts_with(b"PK\x03\x04");
    again.then(|| "it is packed once more within the archive; unpack it first".to_owned())
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
    fn archives_are_told_whatever_they_hold() {
        let mut tar = vec![b'\n'; 600];
        tar[257..262].copy_from_slice(b"ustar");
        tar[512..515].copy_from_slice(b"{}\n");
        for (head, name) in [
            (&tar[..], "with tar"),
            (b"\xfd7zXZ\0\n{\n", "with xz"),
            (b"BZh91AY\n{", "with bzip2"),
            (b"PK\x03\x04\n{", "once more"),
        ] {
            assert!(packed(head).unwrap().contains(name), "{name}");
        }
        assert_eq!(packed(b"{\"UID\":1}"), None);
        assert_eq!(packed(b""), None);
    }

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
