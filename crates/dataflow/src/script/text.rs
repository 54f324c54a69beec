//! The text of a script.

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{Dialect, ScriptError};

/// A decoded script and its dialect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// The JavaScript.
    pub text: String,
    /// What it was written for.
    pub dialect: Dialect,
}

impl Script {
    /// The script of a step: the parameters `script` (base64; white space between is skipped) and `ECMAScriptVersion`.
    pub fn decode(script: &str, version: Option<&str>) -> Result<Self, ScriptError> {
        let packed: String = script.split_ascii_whitespace().collect();
        let bytes = STANDARD.decode(packed).map_err(|error| ScriptError::Encoding(error.to_string()))?;
        let text = String::from_utf8(bytes).map_err(|_| ScriptError::NotText)?;
        let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
        Ok(Self { text, dialect: Dialect::of(version) })
    }

    /// A text as the parameter `script` holds it.
    #[must_use]
    pub fn encode(text: &str) -> String {
        STANDARD.encode(text)
    }
}

#[cfg(test)]
mod tests {
    use super::{Dialect, Script, ScriptError};

    #[test]
    fn base64_with_line_breaks() {
        let script = Script::decode("ZnVuY3Rpb24g\ncHJvY2VzcygpIHt9", Some("12")).unwrap();
        assert_eq!(script, Script { text: "function process() {}".into(), dialect: Dialect::Modern });
    }

    #[test]
    fn what_is_encoded_is_decoded() {
        let text = "function process(record) { return \"é\"; }\n";
        assert_eq!(Script::decode(&Script::encode(text), None).unwrap().text, text);
    }

    #[test]
    fn plain_javascript_is_told() {
        assert!(matches!(Script::decode("function process() {}", None), Err(ScriptError::Encoding(_))));
        assert_eq!(Script::decode("//4=", None), Err(ScriptError::NotText));
    }
}
