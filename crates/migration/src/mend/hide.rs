//! A record that is no JSON, as a text that can be shown: what may be a hash or a salt is covered, and comes back
//! when the text was edited.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::secret::{PARTS, cover};

/// A name that sounds of a secret, and the value behind it: a text (also one that was cut), a list, or a bare word. The record is
/// broken, so quotes, colons and escapes may be missing or wrong: rather too much is covered than too little.
static SECRET: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let parts = PARTS.join("|");
    let name = format!(r"[\w.$-]*(?:{parts}|\bvalue)[\w.$-]*");
    let quoted = format!(r#"["']{name}["']\s*[:=]?\s*"#);
    let bare = format!(r#"{name}["']?\s*[:=]\s*"#);
    // A name with escapes may say anything.
    let escaped = r#""[^"]*\\u[^"]*"\s*:\s*"#;
    let value = r#""(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|\[[^\]]*\]?|[^\s,:=\[\]{}"']+"#;
    Regex::new(&format!("(?is)({quoted}|{bare}|{escaped})({value})")).ok()
});

/// What is a hash by its looks, such as `$2b$10$...`, under whatever name.
static LOOKS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"()("?\$[0-9A-Za-z-]{1,12}\$[^\s"',}\]]+"?)"#).ok());

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
    let (Some(secret), Some(looks)) = (SECRET.as_ref(), LOOKS.as_ref()) else {
        return Hidden { text: String::new(), secrets: Vec::new() };
    };
    let mut secrets = Vec::new();
    let mut cover_found = |found: &Captures<'_>| {
        secrets.push(found[2].to_owned());
        format!("{}\"{}\"", &found[1], cover(secrets.len()))
    };
    let text = secret.replace_all(text, &mut cover_found).into_owned();
    let text = looks.replace_all(&text, &mut cover_found).into_owned();
    Hidden { text, secrets }
}

impl Hidden {
    /// Puts the secrets back into the text after it was edited. A cover that was removed stays away.
    #[must_use]
    pub fn reveal(&self, edited: &str) -> String {
        let mut text = edited.to_owned();
        for (index, secret) in self.secrets.iter().enumerate() {
            text = text.replacen(&format!("\"{}\"", cover(index + 1)), secret, 1);
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
        let shown = r#"{"UID":"a","password":{"hash":"(hidden 1)","hashSettings":{"salt" : "(hidden 2)","rounds":1}},"x":"#;
        assert_eq!(hidden.text, shown);
        assert_eq!(hidden.reveal(&hidden.text), text);
        let edited = format!("{}1}}", hidden.text);
        assert_eq!(hidden.reveal(&edited), format!("{text}1}}"));
    }

    #[test]
    fn a_secret_that_was_cut_is_covered_too() {
        let hidden = hide(r#"{"password":{"hash":"s3cret"#);
        assert!(!hidden.text.contains("s3cret"), "{}", hidden.text);
    }

    #[test]
    fn secrets_of_badly_broken_records_are_covered_too() {
        for text in [
            r#"{"UID":"q1","password":{"hash" "SECRET==","x":1"#,
            r#"{hash:"SECRET","UID":"q1"#,
            r#"{"hash": SECRET==,"UID":"q1""#,
            r#"{'hash':'SECRET','UID':'q1'}"#,
            r#"{"UID":"q1","password":"SECRET","x":"#,
            r#"{"UID":"q1","pwHash":"SECRET","pwSalt":"SECRET","x":"#,
            r#"{"UID":"q1","h\u0061sh":"SECRET","x":"#,
            r#"{"UID":"q1","hash":["SECRET","SECRET"],"x":"#,
            r#"{"UID":"q1","token":"SECRET","apiSecret":"SECRET","x":"#,
            r#"{"UID":"q1","custom_password_hash":{"algorithm":"md5","hash":{"value":"SECRET"#,
            r#"{"UID":"q1","password":{"hash":"SECRET","hashSettings":{"salt" : "SECRET","rounds":1}},"x":"#,
            r#"{"UID":"q1",password":{hash":"SECRET"},"x":"#,
            r#"{"UID":"q1","old":"$2b$10$SECRET","x":"#,
            "{\"UID\":\"q1\",\"password\"\n:\n\"SECRET",
        ] {
            let hidden = hide(text);
            assert!(!hidden.text.contains("SECRET"), "{text}: {}", hidden.text);
            assert!(hidden.text.contains("q1"), "{text}: {}", hidden.text);
            assert_eq!(hidden.reveal(&hidden.text), text);
        }
    }
}
