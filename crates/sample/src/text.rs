//! Writing JSON by appending: fast, and the same bytes for ever.

/// Appends a string with its quotes; everything beyond ASCII as `\u` when `escape` says so, as some exports do.
pub(crate) fn string(out: &mut Vec<u8>, text: &str, escape: bool) {
    out.push(b'"');
    for character in text.chars() {
        match character {
            '"' => out.extend_from_slice(b"\\\""),
            '\\' => out.extend_from_slice(b"\\\\"),
            '\n' => out.extend_from_slice(b"\\n"),
            '\t' => out.extend_from_slice(b"\\t"),
            character if u32::from(character) < 0x20 || (escape && !character.is_ascii()) => {
                let mut units = [0; 2];
                for unit in character.encode_utf16(&mut units) {
                    out.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
                }
            }
            character => out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    out.push(b'"');
}

/// Appends `,"name":"text"`; the name needs no escapes.
pub(crate) fn member(out: &mut Vec<u8>, name: &str, text: &str) {
    key(out, name);
    string(out, text, false);
}

/// Appends `,"name":`.
pub(crate) fn key(out: &mut Vec<u8>, name: &str) {
    out.extend_from_slice(b",\"");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
}

/// Appends `,"name":json`.
pub(crate) fn raw(out: &mut Vec<u8>, name: &str, json: &str) {
    key(out, name);
    out.extend_from_slice(json.as_bytes());
}

/// Appends `,"name":number`.
pub(crate) fn number(out: &mut Vec<u8>, name: &str, value: u64) {
    key(out, name);
    digits(out, value, 1);
}

/// Appends at least `width` digits.
pub(crate) fn digits(out: &mut Vec<u8>, mut value: u64, width: usize) {
    let mut buffer = [b'0'; 20];
    let mut at = buffer.len();
    while value > 0 || buffer.len() - at < width {
        at -= 1;
        buffer[at] = b'0' + (value % 10) as u8;
        value /= 10;
    }
    out.extend_from_slice(&buffer[at..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_read_back() {
        for text in ["", "a\"b\\c", "\u{1}\n\t\u{1f}", "Zoë 😀 \u{200f}", "\u{7f}\u{2028}"] {
            for escape in [false, true] {
                let mut out = Vec::new();
                string(&mut out, text, escape);
                assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), text);
            }
        }
    }

    #[test]
    fn numbers_are_padded() {
        let mut out = Vec::new();
        digits(&mut out, 7, 3);
        digits(&mut out, u64::MAX, 1);
        digits(&mut out, 0, 1);
        assert_eq!(out, b"007184467440737095516150");
    }
}
