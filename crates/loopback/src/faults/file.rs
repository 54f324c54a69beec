//! The forms of a file.

use std::path::Path;

use serde::Deserialize;

use super::error::FaultsError;
use super::plan::{FaultPlan, Rule, Written};
use super::vocabulary::Vocabulary;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    seed: u64,
    #[serde(default, alias = "rule")]
    rules: Vec<Written>,
}

impl FaultPlan {
    /// Reads what `--faults` was given: the file of that name when there is one (JSON when it begins with `{`, else
    /// TOML), else the form of the command line.
    ///
    /// # Errors
    /// [`FaultsError`] says what is wrong and where.
    pub fn read(spec: &str, vocabulary: &Vocabulary) -> Result<Self, FaultsError> {
        let path = Path::new(spec);
        let is_name =
            |extension: &str| path.extension().is_some_and(|has| has.eq_ignore_ascii_case(extension));
        if path.is_file() || is_name("toml") || is_name("json") {
            return Self::load(path, vocabulary);
        }
        Self::parse(spec, vocabulary)
    }

    fn load(path: &Path, vocabulary: &Vocabulary) -> Result<Self, FaultsError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| FaultsError::Io { path: path.to_path_buf(), source })?;
        let form = |what: String| FaultsError::Form { path: path.to_path_buf(), what };
        let document: Document = if text.trim_start().starts_with('{') {
            serde_json::from_str(&text).map_err(|error| form(error.to_string()))?
        } else {
            toml::from_str(&text).map_err(|error| form(error.to_string()))?
        };
        let mut rules = Vec::with_capacity(document.rules.len());
        for (number, written) in (1..).zip(document.rules) {
            rules.push(Rule::check(written, vocabulary).map_err(|(member, what)| FaultsError::Rule {
                path: path.to_path_buf(),
                rule: number,
                member,
                what,
            })?);
        }
        Ok(Self { seed: document.seed, rules })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORLD: Vocabulary = Vocabulary { codes: &[503], named: &[] };

    fn read(name: &str, text: &str) -> Result<FaultPlan, FaultsError> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        FaultPlan::read(path.to_str().unwrap(), &WORLD)
    }

    #[test]
    fn both_forms_say_the_same() {
        let toml = "seed = 7\n[[rule]]\nfault = \"slow 2s\"\non = \"GET /a\"\nevery = 3\n[[rule]]\nfault = \"503\"\n";
        let json =
            r#"{"seed": 7, "rules": [{"fault": "slow 2s", "on": "GET /a", "every": 3}, {"fault": "503"}]}"#;
        let line = FaultPlan::parse("seed 7; slow 2s on GET /a every 3; 503", &WORLD).unwrap();
        for plan in [read("faults.toml", toml).unwrap(), read("faults.json", json).unwrap()] {
            assert_eq!(format!("{plan:?}"), format!("{line:?}"));
        }
    }

    #[test]
    fn errors_say_where() {
        for (name, text, place) in [
            ("f.toml", "seed = 7\n[[rule]]\nfalt = \"cut\"\n", "line 3, column 1"),
            ("f.json", "{\"seed\": 7,\n \"rules\": [{\"fault\": 503}]}", "line 2 column"),
            ("f.toml", "[[rule]]\nfault = \"cut\"\n[[rule]]\nfault = \"slow\"\n", "rule 2, fault"),
        ] {
            let error = read(name, text).unwrap_err().to_string();
            assert!(error.contains(place) && error.contains(name), "{error}");
        }
        let error = FaultPlan::read("/nowhere/faults.toml", &WORLD).unwrap_err().to_string();
        assert!(error.contains("cannot be read"), "{error}");
    }
}
