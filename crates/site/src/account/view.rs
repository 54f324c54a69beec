//! What of an account an answer shows.
//!
//! Source: SAP Customer Data Cloud, accounts.getAccountInfo, `include` and `extraProfileFields`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::json;
use sha1::Sha1;

use super::profile;
use crate::call::Call;
use crate::document::Document;
use crate::error::ApiError;
use crate::state::AppState;

/// What is shown when a call does not say.
const DEFAULT: &[&str] = &["profile", "data", "subscriptions"];

/// Members that are shown only when the value of `include` beside them is asked for.
const BY_INCLUDE: &[(&str, &str)] = &[
    ("loginIDs", "loginIDs"),
    ("emails", "emails"),
    ("profile", "profile"),
    ("data", "data"),
    ("memberships", "memberships"),
    ("password", "password"),
    ("isLockedOut", "isLockedOut"),
    ("lockedUntil", "isLockedOut"),
    ("lastLoginLocation", "lastLoginLocation"),
    ("regSource", "regSource"),
    ("iRank", "irank"),
    ("rbaPolicy", "rba"),
    ("subscriptions", "subscriptions"),
    ("userInfo", "userInfo"),
    ("preferences", "preferences"),
    ("groups", "groups"),
    ("internal", "internal"),
    ("addresses", "addresses"),
    ("customIdentifiers", "customIdentifiers"),
    ("identities", "identities-active"),
    ("identities", "identities-all"),
    ("identities", "identities-global"),
    // Shown on a parameter of its own.
    ("communications", "communications"),
];

/// What a call asks to see.
#[derive(Debug, Clone)]
pub(crate) struct Include {
    values: Vec<String>,
    extra_profile: Vec<String>,
}

impl Include {
    /// `include`, `extraProfileFields` and `includeCommunications` of a call.
    ///
    /// # Errors
    /// 400006 for a value that is not known.
    pub(crate) fn of(call: &Call) -> Result<Self, ApiError> {
        let mut values: Vec<String> = call.params.list("include").map(str::to_owned).collect();
        if values.is_empty() {
            values = DEFAULT.iter().map(|&value| value.to_owned()).collect();
        }
        let known =
            |value: &String| BY_INCLUDE.iter().any(|(_, known)| known == value && *known != "communications");
        // A login may ask for a token, which this site has no key to sign.
        let ignored = |value: &String| call.endpoint == "accounts.login" && value == "id_token";
        if let Some(value) = values.iter().find(|value| !known(value) && !ignored(value)) {
            return Err(ApiError::invalid(format!("include: {value} is not known")));
        }
        // `all`, or a list of channels with topics, of which all are shown.
        if call.params.get("includeCommunications").is_some() {
            values.push("communications".to_owned());
        }
        let extra_profile = call.params.list("extraProfileFields").map(str::to_owned).collect();
        Ok(Self { values, extra_profile })
    }

    fn has(&self, value: &str) -> bool {
        self.values.iter().any(|own| own == value)
    }

    fn shows(&self, member: &str) -> bool {
        let mut gates = BY_INCLUDE.iter().filter(|(name, _)| *name == member).peekable();
        gates.peek().is_none() || gates.any(|(_, value)| self.has(value))
    }
}

/// The members of an account that a call asks for.
pub(crate) fn account(state: &AppState, mut body: Document, include: &Include, now_ms: i64) -> Document {
    let password = body.object("password");
    body.retain(|name| include.shows(name));
    if !include.has("password")
        && let Some(created) = password.text("created")
    {
        // When the password was set is told to everybody.
        body.set("password", json!({"created": created}));
    }
    if include.has("identities-active") && !include.has("identities-all") {
        let mut identities: Vec<Document> = body.get("identities").unwrap_or_default();
        identities.retain(|identity| identity.get("isExpiredSession") != Some(true));
        body.set("identities", identities);
    }
    if body.has("profile") {
        let mut shown = body.object("profile");
        let hidden = |name: &str| {
            profile::EXTRA.contains(&name) && !include.extra_profile.iter().any(|wanted| wanted == name)
        };
        shown.retain(|name| !hidden(name));
        body.set("profile", shown);
    }
    sign_uid(state, &mut body, now_ms);
    body
}

/// Adds `UIDSignature` and `signatureTimestamp`, by which a back end knows that the UID came from here.
pub(crate) fn sign_uid(state: &AppState, body: &mut Document, now_ms: i64) {
    let Some(uid) = body.text("UID") else { return };
    let timestamp = (now_ms / 1000).to_string();
    if let Some(signature) = uid_signature(&state.keys().secret, &timestamp, &uid) {
        body.set("UIDSignature", signature);
        body.set("signatureTimestamp", timestamp);
    }
}

/// The signature of a UID at a time (seconds): base64. `None` when the secret is not base64.
pub(crate) fn uid_signature(secret: &str, timestamp: &str, uid: &str) -> Option<String> {
    let mut mac = Hmac::<Sha1>::new_from_slice(&STANDARD.decode(secret).ok()?).ok()?;
    mac.update(format!("{timestamp}_{uid}").as_bytes());
    Some(STANDARD.encode(mac.finalize().into_bytes()))
}
