//! The user that a person edits, and what the screen says to it.

use serde_json::{Map, Value};
use user::{Source, User};

use super::secret::{covered, uncover};
use super::{MendError, Mender};
use crate::prepare::{Fate, Judged, Kind, PrepareOptions, judge};
use crate::screen::Lazy;

/// What is secret in a user. It goes with the user and is shown to nobody.
const SECRETS: [&str; 3] = ["password_hash", "custom_password_hash", "mfa_factors"];

/// A user to be mended.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Draft {
    /// The user without its password and factors; what else is secret in it, by its name, is covered.
    pub user: Map<String, Value>,
    /// Its password and factors.
    secrets: Map<String, Value>,
    /// What is covered.
    covered: Vec<Value>,
    /// Its social identities, as `linking.ndjson` names them.
    pub identities: Vec<Value>,
}

impl Draft {
    /// A draft of a user as it is sent: what is secret in it is put aside.
    #[must_use]
    pub fn of(mut user: Map<String, Value>) -> Self {
        let secrets = SECRETS
            .iter()
            .filter_map(|name| user.remove(*name).map(|value| ((*name).to_owned(), value)))
            .collect();
        let mut hidden = Vec::new();
        let user = covered(user, &mut hidden);
        Self { user, secrets, covered: hidden, identities: Vec::new() }
    }

    /// Whether a password hash goes with the user.
    #[must_use]
    pub fn has_password(&self) -> bool {
        self.secrets.keys().any(|name| name.ends_with("password_hash"))
    }

    /// The edited user with what is secret in this one. What a person writes under a secret name does not count.
    #[must_use]
    pub fn edited(&self, user: Map<String, Value>) -> Map<String, Value> {
        let mut whole = user;
        whole.retain(|name, _| !SECRETS.contains(&name.as_str()));
        uncover(&mut whole, &self.covered);
        whole.extend(self.secrets.clone());
        whole
    }
}

impl Mender {
    /// What a record of an input becomes before anything is screened. `input` is what positions call it.
    ///
    /// # Errors
    /// [`MendError::SetAside`] when it cannot be read, with code and reason.
    pub fn draft(&self, record: &str, input: &str) -> Result<Draft, MendError> {
        if self.kind() == Kind::Users {
            let broken = |reason: String| MendError::SetAside { code: "broken_json", reason };
            let record = record::Record::from_json_within(record, self.options.read.limits.max_depth)
                .map_err(|error| broken(error.to_string()))?;
            let source = if self.is_table(input) { Source::Csv } else { Source::Json };
            let mut json = Vec::new();
            User::from_value(record.members(), source).0.write_json(&mut json);
            return Ok(Draft::of(serde_json::from_slice(&json).unwrap_or_default()));
        }
        let mut options = PrepareOptions { no_screen: true, ..self.options.clone() };
        (options.policies.include_lite, options.policies.include_unregistered) = (true, true);
        options.policies.lazy = Lazy::Reset;
        let judged = judge(record, &self.mapping, &options);
        match judged.fate {
            Fate::Packed { user, .. } => Ok(Draft { identities: judged.identities, ..Draft::of(user) }),
            Fate::SetAside { code, reason } => Err(MendError::SetAside { code, reason }),
            // Nothing is selected or left with these options.
            Fate::Left | Fate::NotSelected => Ok(Draft::default()),
        }
    }

    /// What a user would become that is sent as it is, secrets included.
    #[must_use]
    pub fn judge(&self, user: &Map<String, Value>) -> Judged {
        let options = PrepareOptions { kind: Kind::Users, ..self.options.clone() };
        judge(&Value::Object(user.clone()).to_string(), &self.mapping, &options)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_secret_anywhere_is_covered_and_comes_back() {
        let user = json!({
            "email": "a@b.c", "password_hash": "$2b$SECRET", "app_metadata": {
                "clientSecret": "SECRET", "legacy": [{"pwHash": "SECRET"}, {"apiKey": ["SECRET"]}], "token": null, "n": 1
            },
        });
        let user = user.as_object().unwrap();
        let draft = Draft::of(user.clone());
        let shown = Value::Object(draft.user.clone());
        assert!(!shown.to_string().contains("SECRET"), "{shown}");
        assert_eq!(shown["app_metadata"]["clientSecret"], "(hidden 1)");
        assert_eq!(Value::Object(draft.edited(draft.user.clone())), Value::Object(user.clone()));
        // What a person writes counts, and a text that looks like a cover gets no secret under a name that holds none.
        let mut edited = draft.user.clone();
        edited["app_metadata"]["clientSecret"] = "new".into();
        edited["app_metadata"]["legacy"] = json!(["(hidden 3)", "(hidden 9)"]);
        edited.insert("password_hash".into(), "$2b$mine".into());
        let edited = Value::Object(draft.edited(edited));
        assert_eq!(edited["app_metadata"]["clientSecret"], "new");
        assert_eq!(edited["app_metadata"]["legacy"], json!(["(hidden 3)", "(hidden 9)"]));
        assert_eq!(edited["password_hash"], "$2b$SECRET");
    }
}
