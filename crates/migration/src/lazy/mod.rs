//! The lane `lazy`: passwords that cannot move as a hash move at the first login.
//!
//! A custom database connection of Auth0 in import mode asks two scripts for whoever is not in its store: `login` at a
//! login, `get_user` before a sign-up and a reset. [`scripts`] writes them from the mapping, so that a user who comes over
//! lazily is the one that a bulk import would have made, but for what a script cannot hand over: `blocked` (a disabled
//! account is refused at the login instead) and hashes. Numbers are JavaScript's: an integer beyond 2^53 is rounded. A
//! profile that is too large is not spilled, and of pictures only those of a plain host pass; what does not is kept in
//! `app_metadata.gigya.original`, as ever. Times of the last login and update are those of the lazy login.
//!
//! The scripts use `fetch` and nothing else, so that they run on every Node.js that Auth0 has. They sign their calls;
//! keys are in the connection's `configuration`, which Auth0 encrypts. Source: Auth0, "Custom Database Action Script
//! Templates", "Configure Automatic Migration from Your Database"; SAP Customer Data Cloud, accounts.login.

mod lanes;
mod rules;

use mapping::{DocumentError, document};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value, json};
use user::rules::FORBIDDEN_APP_METADATA_KEYS;

use crate::codes::Action;
use crate::screen::Policies;

pub use lanes::{Arrivals, Lanes, LanesError, Lazily, lanes};

const CALL: &str = include_str!("call.js");
const USER: &str = include_str!("user.js");
const LOGIN: &str = include_str!("login.js");
const GET_USER: &str = include_str!("get_user.js");

/// How a script of ours begins, whatever its version.
const MARK: &str = "// Written by Crosswalk";

/// Parts of an account that are asked for. Source: SAP Customer Data Cloud, accounts.getAccountInfo, `include`.
const INCLUDE: [&str; 10] = [
    "identities-all",
    "loginIDs",
    "emails",
    "profile",
    "data",
    "regSource",
    "subscriptions",
    "preferences",
    "groups",
    "customIdentifiers",
];

/// Parts that are asked for only when the mapping reads them.
const INCLUDE_ON_DEMAND: [(&str, &str); 7] = [
    ("internal", "internal"),
    ("addresses", "addresses"),
    ("memberships", "memberships"),
    ("userInfo", "userInfo"),
    ("iRank", "irank"),
    ("lastLoginLocation", "lastLoginLocation"),
    ("rbaPolicy", "rba"),
];

/// Members of a profile that come only when they are named. Source: as above, `extraProfileFields`.
const EXTRA_PROFILE: [&str; 32] = [
    "languages",
    "address",
    "phones",
    "education",
    "educationLevel",
    "honors",
    "publications",
    "patents",
    "certifications",
    "professionalHeadline",
    "bio",
    "industry",
    "specialties",
    "work",
    "skills",
    "religion",
    "politicalView",
    "interestedIn",
    "relationshipStatus",
    "hometown",
    "favorites",
    "followersCount",
    "followingCount",
    "username",
    "name",
    "locale",
    "verified",
    "timezone",
    "likes",
    "samlData",
    "oidcData",
    "profileURL",
];

/// The two scripts of a connection in import mode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scripts {
    /// Asks `accounts.login`.
    pub login: String,
    /// Asks for the account of an identifier.
    pub get_user: String,
}

/// How the scripts reach the site, and who they are there.
#[derive(Debug, Clone)]
pub struct SiteAccess {
    /// Base URL of the namespace `accounts`, without a slash at its end.
    pub url: String,
    /// The site's API key.
    pub api_key: String,
    /// The application's user key.
    pub user_key: String,
    /// Its secret, base64.
    pub secret: SecretString,
}

impl SiteAccess {
    /// How scripts reach the site that a client speaks to; none when it signs with what a script cannot.
    #[must_use]
    pub fn of(config: &gigya::Config) -> Option<Self> {
        let (gigya::Credentials::Signature { user_key, secret }
        | gigya::Credentials::Secret { user_key, secret }) = &config.credentials
        else {
            return None;
        };
        Some(Self {
            url: config.address.base("accounts"),
            api_key: config.api_key.clone(),
            user_key: user_key.clone(),
            secret: secret.clone(),
        })
    }
}

/// What makes a connection a custom database whose users come over from the site.
#[derive(Debug, Clone)]
pub struct CustomDatabase {
    /// Its scripts.
    pub scripts: Scripts,
    /// How they reach the site.
    pub access: SiteAccess,
}

/// Whether a script is one of ours.
#[must_use]
pub fn is_ours(script: &str) -> bool {
    script.starts_with(MARK)
}

/// Writes the scripts of a mapping document for the identifiers and policies of a run.
///
/// # Errors
/// The first mistake in the document.
pub fn scripts(text: &str, policies: &Policies) -> Result<Scripts, DocumentError> {
    let rules = document::parse(text)?;
    let read: Vec<&str> =
        rules.iter().flat_map(|rule| rule.from.iter().chain(&rule.prefer)).map(String::as_str).collect();
    let fix: Vec<&str> = ["user_id_invalid", "username_invalid", "phone_invalid"]
        .into_iter()
        .filter(|code| policies.action(code) == Action::Fix)
        .collect();
    let constants = [
        ("RULES", rules::of(&rules, &policies.identifiers)),
        ("FIX", json!(fix)),
        ("USERNAME_LENGTH", json!(policies.username_length())),
        ("FORBIDDEN", json!(FORBIDDEN_APP_METADATA_KEYS)),
        ("INCLUDE", json!(include(&read))),
        ("EXTRA", json!(extra_profile(&read))),
    ]
    .map(|(name, value)| format!("  const {name} = {};\n", written(name, &value)))
    .concat();
    let script = |function: &str, about: &str, end: &str| {
        format!(
            "{MARK} {}: {about}\nfunction {function} {{\n  'use strict';\n{constants}\n{CALL}\n{USER}\n{end}}}\n",
            env!("CARGO_PKG_VERSION")
        )
    };
    Ok(Scripts {
        login: script(
            "login(userNameOrEmail, password, callback)",
            "who is not here yet logs in at the Gigya site, and comes over.",
            LOGIN,
        ),
        get_user: script(
            "getByEmail(email, callback)",
            "who is not here yet is looked for at the Gigya site.",
            GET_USER,
        ),
    })
}

/// What Auth0 recommends when everybody has come over: import mode stays on, and nobody is asked for any more.
#[must_use]
pub fn final_scripts() -> Scripts {
    Scripts {
        login: "function login(email, password, callback) {\n  return callback(null, null);\n}\n".to_owned(),
        get_user: "function getByEmail(email, callback) {\n  return callback(null, null);\n}\n".to_owned(),
    }
}

/// The options of a custom database connection in import mode with these scripts; `access` is left out where nothing is
/// asked any more.
#[must_use]
pub fn connection_options(scripts: &Scripts, access: Option<&SiteAccess>) -> Map<String, Value> {
    let mut options = Map::new();
    options.insert("enabledDatabaseCustomization".to_owned(), json!(true));
    options.insert("import_mode".to_owned(), json!(true));
    options.insert("customScripts".to_owned(), json!({"login": scripts.login, "get_user": scripts.get_user}));
    if let Some(access) = access {
        let configuration = json!({
            "GIGYA_URL": access.url,
            "GIGYA_API_KEY": access.api_key,
            "GIGYA_USER_KEY": access.user_key,
            "GIGYA_SECRET": access.secret.expose_secret(),
        });
        options.insert("configuration".to_owned(), configuration);
    }
    options
}

/// The value of a constant: of rules one a line, as a person reads them.
fn written(name: &str, value: &Value) -> String {
    match value {
        Value::Array(rules) if name == "RULES" => {
            let lines: Vec<String> = rules.iter().map(|rule| format!("    {rule},\n")).collect();
            format!("[\n{}  ]", lines.concat())
        }
        other => other.to_string(),
    }
}

fn include(read: &[&str]) -> String {
    let on_demand = INCLUDE_ON_DEMAND
        .iter()
        .filter(|(member, _)| read.iter().any(|path| path.split('.').next() == Some(member)))
        .map(|(_, include)| *include);
    INCLUDE.into_iter().chain(on_demand).collect::<Vec<_>>().join(",")
}

fn extra_profile(read: &[&str]) -> String {
    let whole = read.contains(&"profile");
    let read = |name: &&str| {
        whole
            || read.iter().any(|path| {
                path.strip_prefix("profile.").and_then(|rest| rest.split('.').next()) == Some(name)
            })
    };
    EXTRA_PROFILE.into_iter().filter(|name| read(name)).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scripts_hold_the_mapping_and_no_key() {
        let mut policies = Policies::default();
        policies.identifiers = vec![mapping::Identifier::Email];
        let scripts = scripts(mapping::DEFAULT, &policies).unwrap();
        assert!(is_ours(&scripts.login) && is_ours(&scripts.get_user) && !is_ours(&final_scripts().login));
        assert!(scripts.login.len() < 100 * 1024, "{}", scripts.login.len());
        assert!(
            scripts
                .login
                .contains(r#"{"to":["given_name"],"from":[{"path":["profile","firstName"]}],"as":"text"}"#)
        );
        for absent in ["\"password\"]", "\"blocked\"]", "require("] {
            assert!(!scripts.login.contains(absent), "{absent}");
        }
        assert!(scripts.login.contains(r#"const EXTRA = "languages,address,phones,name,locale,timezone";"#));
        let access = SiteAccess {
            url: "https://accounts.eu1.gigya.com".to_owned(),
            api_key: "k".to_owned(),
            user_key: "u".to_owned(),
            secret: "hidden".to_owned().into(),
        };
        let options = connection_options(&scripts, Some(&access));
        assert_eq!(options["configuration"]["GIGYA_SECRET"], "hidden");
        assert!(!options["customScripts"].to_string().contains("hidden"));
        assert!(!connection_options(&final_scripts(), None).contains_key("configuration"));
    }

    #[test]
    fn what_the_mapping_reads_is_asked_for() {
        assert_eq!(include(&["internal.crm.id", "UID"]), format!("{},internal", INCLUDE.join(",")));
        assert_eq!(extra_profile(&["profile.work.0", "data.bio"]), "work");
        assert_eq!(extra_profile(&["profile"]), EXTRA_PROFILE.join(","));
    }
}
