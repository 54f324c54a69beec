//! Rows of `communications`: one for each channel and topic of an account.
//!
//! Source: "accounts.search REST", search from communications.

use serde_json::{Map, Value, json};

use crate::document::Document;
use crate::error::ApiError;
use crate::store::Row;
use crate::time;

/// The rows of an account, each a JSON object.
pub(super) fn rows(account: &Row<'_>) -> Result<Vec<String>, ApiError> {
    let body = Document::parse(account.body).map_err(|_| ApiError::internal())?;
    let communications: Map<String, Value> = body.get("communications").unwrap_or_default();
    Ok(communications.iter().map(|(name, entry)| row(account.uid, name, entry).to_string()).collect())
}

/// The name of an entry is `channel_topic`; what the entry says itself counts more.
fn row(uid: &str, name: &str, entry: &Value) -> Value {
    let (channel, topic) = name.split_once('_').unwrap_or((name, ""));
    let text = |member: &str| entry.get(member).and_then(Value::as_str);
    let at = text("userActionTimestamp").or_else(|| text("lastModified"));
    json!({
        "topicId": text("topic").unwrap_or(topic),
        "channelId": text("channel").unwrap_or(channel),
        "timestamp": at.and_then(time::parse).map(time::iso),
        "status": text("status"),
        "UID": uid,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Position;

    #[test]
    fn an_account_has_a_row_for_each_topic() {
        let body = r#"{"communications":{"sms_news":{"status":"OptIn","lastModified":"2024-01-02T03:04:05Z"},
            "email_x":{"topic":"offers","channel":"EMAIL","status":"OptOut"}}}"#;
        let account = Row { position: Position { key: 1, pk: 1 }, uid: "u", lite: false, twin: false, body };
        let rows: Vec<Value> =
            rows(&account).unwrap().iter().map(|row| serde_json::from_str(row).unwrap()).collect();
        assert_eq!(
            rows,
            [
                json!({"topicId": "news", "channelId": "sms", "timestamp": "2024-01-02T03:04:05.000Z", "status": "OptIn", "UID": "u"}),
                json!({"topicId": "offers", "channelId": "EMAIL", "timestamp": null, "status": "OptOut", "UID": "u"}),
            ]
        );
    }
}
