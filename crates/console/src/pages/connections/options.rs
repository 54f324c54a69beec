//! The form of a new connection, and the options that it becomes.

use migration::lazy::connection_options;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// Longest name that Auth0's Dashboard takes; the API takes 128. Source: Auth0, "Create Custom Database Connections".
pub(super) const LONGEST: usize = 35;

/// Password policies, weakest first. Source: Auth0 Management API, create a connection, `options.passwordPolicy`.
pub(super) const POLICIES: [&str; 5] = ["none", "low", "fair", "good", "excellent"];

/// What holds the users of a connection.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Store {
    /// Auth0's own store.
    #[default]
    Auth0,
    /// The same; who is not there yet comes over from the site at the first login, by Crosswalk's scripts.
    Site,
    /// The same, by scripts of one's own.
    Scripts,
}

/// What was filled in.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    pub(super) name: String,
    pub(super) policy: String,
    pub(super) username: Option<String>,
    pub(super) phone: Option<String>,
    pub(super) store: Store,
    pub(super) login: String,
    pub(super) get_user: String,
}

/// Why a name cannot be taken; Auth0's rule in words.
pub(super) fn name_problem(name: &str) -> Option<&'static str> {
    let inner = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if name.is_empty() {
        return Some("a connection needs a name");
    }
    if name.len() > LONGEST {
        return Some("a name has at most 35 characters");
    }
    if !name.chars().all(inner) {
        return Some("a name has letters, digits and hyphens only");
    }
    if name.starts_with('-') || name.ends_with('-') || name.contains("--") {
        return Some("a hyphen stands between two letters or digits");
    }
    None
}

/// Why a password policy cannot be taken; empty is Auth0's own choice.
pub(super) fn policy_problem(policy: &str) -> Option<&'static str> {
    let known = policy.is_empty() || POLICIES.contains(&policy);
    (!known).then_some("choose another: a password policy is none, low, fair, good or excellent")
}

impl Wanted {
    /// The options as Auth0 takes them, but for the scripts of the site.
    pub(super) fn options(&self) -> Map<String, Value> {
        let mut options = Map::new();
        if POLICIES.contains(&self.policy.as_str()) {
            options.insert("passwordPolicy".to_owned(), json!(self.policy));
        }
        // Not the older `requires_username`: with it an import refuses everybody who has none.
        let mut identifiers = vec!["email"];
        identifiers.extend(self.phone.as_ref().map(|_| "phone"));
        identifiers.extend(self.username.as_ref().map(|_| "username"));
        options.extend(auth0::attributes(&identifiers));
        if self.store == Store::Scripts {
            let scripts =
                migration::lazy::Scripts { login: self.login.clone(), get_user: self.get_user.clone() };
            options.extend(connection_options(&scripts, None));
        }
        options
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_auth0s_rule() {
        for name in ["gigya", "a", "Users-2026", "a-b-c"] {
            assert_eq!(name_problem(name), None, "{name}");
        }
        for name in ["", "-a", "a-", "a--b", "a b", "gigya_users", "ž", &"a".repeat(36)] {
            assert!(name_problem(name).is_some(), "{name}");
        }
    }

    #[test]
    fn what_people_log_in_with_is_asked_of_nobody_who_has_none() {
        let wanted = Wanted { username: Some("on".into()), ..Wanted::default() };
        let options = wanted.options();
        assert_eq!(options["attributes"]["username"]["signup"]["status"], "optional");
        assert!(options["attributes"].get("phone_number").is_none());
        let wanted = Wanted { phone: Some("on".into()), username: Some("on".into()), ..Wanted::default() };
        let options = wanted.options();
        assert!(options.get("requires_username").is_none(), "Auth0 refuses both");
        assert!(options["attributes"]["username"]["identifier"]["active"].as_bool().unwrap());
    }
}
