//! A text that is borrowed from a JSON record whenever it needs no unescaping.

/// A JSON string's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Text<'a> {
    /// Borrowed from between the quotes of a JSON string that holds no escape: it can be written back as it stands.
    Plain(&'a str),
    /// Unescaped, trimmed into a new string or made by a transform: it is escaped when it is written.
    Owned(String),
}

impl<'a> Text<'a> {
    /// The value, unescaped.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Owned(text) => text,
        }
    }

    /// Appends the value as a JSON string, quotes included.
    pub fn write_json(&self, out: &mut Vec<u8>) {
        match self {
            Self::Plain(text) => {
                out.push(b'"');
                out.extend_from_slice(text.as_bytes());
                out.push(b'"');
            }
            Self::Owned(text) => write_json_string(text, out),
        }
    }

    /// The same value, cut loose from the record.
    #[must_use]
    pub fn into_owned(self) -> Text<'static> {
        match self {
            Self::Plain(text) => Text::Owned(text.to_owned()),
            Self::Owned(text) => Text::Owned(text),
        }
    }
}

/// Appends `text` as a JSON string with the escapes that RFC 8259 §7 demands.
pub fn write_json_string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let bytes = text.as_bytes();
    if !bytes.iter().fold(false, |special, &byte| special | (byte < 0x20) | (byte == b'"') | (byte == b'\\'))
    {
        out.extend_from_slice(bytes);
        out.push(b'"');
        return;
    }
    let mut done = 0;
    for (index, &byte) in bytes.iter().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.extend_from_slice(&bytes[done..index]);
        done = index + 1;
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            _ => {
                const HEX: &[u8; 16] = b"0123456789abcdef";
                out.extend_from_slice(b"\\u00");
                out.push(HEX[usize::from(byte >> 4)]);
                out.push(HEX[usize::from(byte & 15)]);
            }
        }
    }
    out.extend_from_slice(&bytes[done..]);
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_reads_back_as_it_was() {
        for text in ["", "plain", "q\"b\\s\n\r\t\u{1}\u{1f}", "žluťoučký 🐎 \u{202e}"] {
            let mut out = Vec::new();
            Text::Owned(text.to_owned()).write_json(&mut out);
            assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), text);
        }
    }
}
