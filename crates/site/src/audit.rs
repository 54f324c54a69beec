//! The row of the audit log that a call leaves.

use serde_json::{Map, Value, json};

use crate::call::Call;
use crate::codes;
use crate::document::Document;
use crate::error::ApiError;
use crate::idx::mask::{self, MASK};
use crate::state::AppState;
use crate::store::{StoreError, audit};
use crate::time;

/// Parameters whose values are never kept.
const SECRET: &[&str] = &[
    "password",
    "newPassword",
    "secret",
    "sig",
    "secretAnswer",
    "secretQuestionAndAnswer",
    "regToken",
    "UIDSignature",
];

/// Adds the row of a call; a log that cannot be written does not undo the call.
pub(crate) fn record(state: &AppState, call: &Call, outcome: &Result<Document, ApiError>) {
    let row = row(state, call, outcome);
    let written = state
        .store()
        .write_blocking(|tx| -> Result<(), StoreError> { audit::record(tx, call.time_ms, &row) });
    if let Err(error) = written {
        tracing::error!(%error, "the audit log cannot be written");
    }
}

/// What is kept of a parameter. A dataflow holds the secrets of its steps.
fn kept(endpoint: &str, name: &str, value: &str) -> String {
    if SECRET.contains(&name) {
        MASK.to_owned()
    } else if endpoint.starts_with("idx.") && name == "data" {
        serde_json::from_str(value).map_or_else(|_| MASK.to_owned(), |flow| mask::masked(flow).to_string())
    } else {
        value.to_owned()
    }
}

fn row(state: &AppState, call: &Call, outcome: &Result<Document, ApiError>) -> Document {
    let params: Map<String, Value> = call
        .params
        .iter()
        .map(|(name, value)| (name.to_owned(), Value::from(kept(&call.endpoint, name, value))))
        .collect();
    let (code, details, members) = match outcome {
        Ok(members) => (codes::OK, "", members),
        Err(error) => (error.code, error.details.as_str(), &error.members),
    };
    let uid = members.text("UID").or_else(|| call.params.get("UID").map(str::to_owned));
    let mut row = Document::new();
    row.set("@timestamp", time::iso(call.time_ms));
    row.set("callID", &call.id);
    row.set("apiKey", state.api_key());
    row.set("endpoint", &call.endpoint);
    row.set("errCode", code.to_string());
    row.set("errMessage", codes::message(code));
    if !details.is_empty() {
        row.set("errDetails", details);
    }
    if let Some(uid) = uid {
        row.set("uid", uid);
    }
    if let Some(user_key) = call.params.get("userKey") {
        row.set("userKey", user_key);
        row.set("userKeyDetails", json!({"name": "Crosswalk", "description": "", "emailDomain": ""}));
    }
    row.set("sourceIP", call.peer.to_string());
    row.set("params", params);
    row.set("httpReq", json!({"SDK": call.params.get("sdk").unwrap_or_default()}));
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_kept() {
        assert_eq!(kept("accounts.login", "password", "open sesame"), MASK);
        assert_eq!(kept("accounts.login", "loginID", "ann"), "ann");
        let flow = r#"{"name":"f","steps":[{"id":"a","params":{"host":"h","password":"p"}}]}"#;
        assert_eq!(kept("idx.createDataflow", "data", flow), flow.replace("\"p\"", "\"********\""));
        assert_eq!(kept("idx.createDataflow", "data", "no JSON"), MASK);
    }
}
