//! Social identities to link after the import, per user.
//!
//! Accounts of a database connection hold no social login; Auth0 links identities of other connections to a user by
//! provider and id. `linking.ndjson` says which.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader};

use mapping::Mapped;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use user::{Text, write_json_string};

use crate::run::RunFolder;

/// Gigya's provider names in Auth0's words. SAML and OIDC providers become `samlp|NAME` and `oidc|NAME`; a name that is
/// not here is the same on both sides or a custom connection's.
const PROVIDERS: [(&str, &str); 8] = [
    ("googleplus", "google-oauth2"),
    ("google", "google-oauth2"),
    ("messenger", "windowslive"),
    ("microsoft", "windowslive"),
    ("live", "windowslive"),
    ("wechat", "weixin"),
    ("paypaloauth", "paypal"),
    ("vkontakte", "vkontakte"),
];

/// Appends the line of a user, when there is something to link.
pub(crate) fn write(mapped: &Mapped<'_>, out: &mut Vec<u8>) {
    if mapped.social.is_empty() {
        return;
    }
    out.extend_from_slice(b"{\"user_id\":");
    match &mapped.user.user_id {
        Some(id) => write_json_string(&format!("auth0|{}", id.as_str()), out),
        None => out.extend_from_slice(b"null"),
    }
    out.extend_from_slice(b",\"email\":");
    match mapped.user.email.as_ref().map(Text::as_str) {
        Some(email) => write_json_string(email, out),
        None => out.extend_from_slice(b"null"),
    }
    out.extend_from_slice(b",\"identities\":[");
    for (index, identity) in mapped.social.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        out.extend_from_slice(b"{\"provider\":");
        write_json_string(&provider(identity.provider.as_str()), out);
        out.extend_from_slice(b",\"user_id\":");
        write_json_string(identity.provider_uid.as_str(), out);
        out.push(b'}');
    }
    out.extend_from_slice(b"]}\n");
}

/// The line of a user who is sent as it is; empty when there is nothing to link.
pub(crate) fn line(user: &Map<String, Value>, identities: &[Value]) -> Vec<u8> {
    if identities.is_empty() {
        return Vec::new();
    }
    let text = |name: &str| user.get(name).and_then(Value::as_str);
    let id = text("user_id").map(|id| format!("auth0|{}", id.strip_prefix("auth0|").unwrap_or(id)));
    let mut line = json!({"user_id": id, "email": text("email"), "identities": identities}).to_string();
    line.push('\n');
    line.into_bytes()
}

#[derive(Deserialize)]
struct Line {
    user_id: Option<String>,
    email: Option<String>,
    identities: Vec<Value>,
}

/// The identities of a line.
pub(crate) fn identities(line: &[u8]) -> Vec<Value> {
    serde_json::from_slice(line).map(|line: Line| line.identities).unwrap_or_default()
}

/// The identities of a user of a run, by its id, or by its address when it has none.
pub(crate) fn of_user(folder: &RunFolder, user: &Map<String, Value>) -> io::Result<Vec<Value>> {
    let file = match File::open(folder.file("linking.ndjson")) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let text = |name: &str| user.get(name).and_then(Value::as_str);
    let id = text("user_id").map(|id| format!("auth0|{}", id.strip_prefix("auth0|").unwrap_or(id)));
    for line in BufReader::new(file).lines() {
        let Ok(line) = serde_json::from_str::<Line>(&line?) else { continue };
        let is_it = match &id {
            Some(id) => line.user_id.as_ref() == Some(id),
            None => line.email.is_some() && line.email.as_deref() == text("email"),
        };
        if is_it {
            return Ok(line.identities);
        }
    }
    Ok(Vec::new())
}

/// A provider as Auth0 names it.
fn provider(gigya: &str) -> String {
    let lower = gigya.to_ascii_lowercase();
    if let Some((_, auth0)) = PROVIDERS.iter().find(|(name, _)| *name == lower) {
        return (*auth0).to_owned();
    }
    if let Some(name) = lower.strip_prefix("saml-") {
        return format!("samlp|{name}");
    }
    if let Some(name) = lower.strip_prefix("oidc-") {
        return format!("oidc|{name}");
    }
    lower
}

#[cfg(test)]
mod tests {
    use super::provider;

    #[test]
    fn providers_in_auth0s_words() {
        for (gigya, auth0) in [
            ("googleplus", "google-oauth2"),
            ("Facebook", "facebook"),
            ("saml-corp", "samlp|corp"),
            ("oidc-x", "oidc|x"),
        ] {
            assert_eq!(provider(gigya), auth0);
        }
    }
}
