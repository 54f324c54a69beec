//! Patterns of JavaScript, run by the `regex` crate.

use super::format::is_white_space;
use regex::Regex;

/// White space of JavaScript as the inside of a character class.
const WHITE_SPACE: &str =
    r"\t-\r \x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}";

/// A compiled pattern with the text that messages show.
#[derive(Debug)]
pub(super) struct Pattern {
    /// As it stands in the document.
    pub(super) text: String,
    judge: Judge,
}

/// Frequent shapes are judged without the general machine.
#[derive(Debug)]
enum Judge {
    /// `^\S*$`
    NoWhiteSpace,
    /// `^[^.$]*$`
    NoDotNoDollar,
    General(Regex),
}

impl Pattern {
    /// Compiles it; `\s`, `\S` and `\d` get the meaning they have in JavaScript. Look-around, back references and the
    /// escapes `\w`, `\b`, `\W`, `\B`, `\D` are not needed by the documents and are refused.
    pub(super) fn compile(text: &str) -> Result<Self, regex::Error> {
        let judge = match text {
            r"^\S*$" => Judge::NoWhiteSpace,
            "^[^.$]*$" => Judge::NoDotNoDollar,
            _ => Judge::General(Regex::new(&translated(text)?)?),
        };
        Ok(Self { text: text.to_owned(), judge })
    }

    /// Whether it is found in the text.
    pub(super) fn matches(&self, text: &str) -> bool {
        match &self.judge {
            Judge::NoWhiteSpace => !text.chars().any(is_white_space),
            Judge::NoDotNoDollar => !text.bytes().any(|b| matches!(b, b'.' | b'$')),
            Judge::General(regex) => regex.is_match(text),
        }
    }
}

fn translated(text: &str) -> Result<String, regex::Error> {
    let mut rust = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            rust.push(character);
            continue;
        }
        match characters.next() {
            Some('s') => rust.push_str(&format!("[{WHITE_SPACE}]")),
            Some('S') => rust.push_str(&format!("[^{WHITE_SPACE}]")),
            Some('d') => rust.push_str("[0-9]"),
            Some('/') => rust.push('/'),
            Some(letter) if "wWbBD".contains(letter) => {
                return Err(regex::Error::Syntax(format!("\\{letter} is not supported")));
            }
            Some(other) => rust.extend(['\\', other]),
            None => rust.push('\\'),
        }
    }
    Ok(rust)
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn javascript_classes() {
        let fast = Pattern::compile(r"^\S*$").unwrap();
        let slow = Pattern::compile(r"^(\S*)$").unwrap();
        for text in ["", "abc", "a b", "a\u{feff}", "a\u{85}b", "a\n"] {
            assert_eq!(fast.matches(text), slow.matches(text), "{text:?}");
        }
        assert!(fast.matches("a\u{85}b") && !fast.matches("a\u{feff}"));
        assert!(Pattern::compile(r"\w").is_err());
        assert!(!Pattern::compile(r"^\d$").unwrap().matches("٣"));
    }
}
