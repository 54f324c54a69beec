//! A record that is no JSON, as a text that can be shown: what may be a hash or a salt is covered, and comes back
//! when the text was edited.

use std::sync::LazyLock;

use regex::{Captures, Regex};

/// Members of an account or a user whose value is secret, wherever they stand.
static SECRET: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let names = "hash|hashedPassword|compoundHash|compoundHashedPassword|salt|password_hash|value|secret";
    Regex::new(&format!(r#"(?i)("(?:{names})"\s*:\s*)("(?:[^"\\]|\\.)*"?)"#)).ok()
});

/// A text without its secrets, and the secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hidden {
    /// The text; each secret is `"(hidden 1)"`, `"(hidden 2)"`, ...
    pub text: String,
    secrets: Vec<String>,
}

/// Covers the secrets of a text.
#[must_use]
pub fn hide(text: &str) -> Hidden {
    let Some(secret) = SECRET.as_ref() else { return Hidden { text: String::new(), secrets: Vec::new() } };
    let mut secrets = Vec::new();
    let text = secret.replace_all(text, |found: &Captures<'_>| {
        secrets.push(found[2].to_owned());
        format!("{}\"(hidden {})\"", &found[1], secrets.len())
    });
    Hidden { text: text.into_owned(), secrets }
}

impl Hidden {
    /// Puts the secrets back into the text after it was edited. A cover that was removed stays away.
    #[must_use]
    pub fn reveal(&self, edited: &str) -> String {
        let mut text = edited.to_owned();
        for (index, secret) in self.secrets.iter().enumerate() {
            text = text.replacen(&format!("\"(hidden {})\"", index + 1), secret, 1);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_covered_and_come_back() {
        let text =
            r#"{"UID":"a","password":{"hash":"s3cr\"et==","hashSettings":{"salt" : "NaCl","rounds":1}},"x":"#;
        let hidden = hide(text);
        assert!(!hidden.text.contains("s3cr") && !hidden.text.contains("NaCl"), "{}", hidden.text);
        assert!(hidden.text.contains(r#""UID":"a""#));
        assert_eq!(hidden.reveal(&hidden.text), text);
        let edited = format!("{}1}}", hidden.text);
        assert_eq!(hidden.reveal(&edited), format!("{text}1}}"));
    }

    #[test]
    fn a_secret_that_was_cut_is_covered_too() {
        let hidden = hide(r#"{"password":{"hash":"s3cret"#);
        assert!(!hidden.text.contains("s3cret"), "{}", hidden.text);
    }
}
