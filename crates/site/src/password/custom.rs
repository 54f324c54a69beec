//! `custom`: an HTTP service of the customer decides.
//!
//! Gigya's own protocol is not documented publicly. Ours: `POST` to `hashSettings.url` with the form `password`,
//! `hashedPassword`, `salt`; status 200 with the JSON `{"valid": true}` means that the password fits.

use std::time::Duration;

use super::{Settings, Unverifiable};

/// How long the service may take.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) fn verify(hash: &str, settings: &Settings, password: &str) -> Result<bool, Unverifiable> {
    let url = settings.url.as_deref().ok_or(Unverifiable::Malformed("custom without a URL"))?;
    let failed = |error: reqwest::Error| Unverifiable::Checker(error.without_url().to_string());
    let client = reqwest::Client::builder().timeout(PATIENCE).build().map_err(failed)?;
    let form = [
        ("password", password),
        ("hashedPassword", hash),
        ("salt", settings.salt.as_deref().unwrap_or_default()),
    ];
    let request = client.post(url).form(&form);
    // Endpoints run on threads that may block.
    tokio::runtime::Handle::current().block_on(async {
        let answer = request.send().await.map_err(failed)?.error_for_status().map_err(failed)?;
        let body: serde_json::Value = answer.json().await.map_err(failed)?;
        Ok(body.get("valid") == Some(&serde_json::Value::Bool(true)))
    })
}
