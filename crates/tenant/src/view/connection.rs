//! A connection as it is shown.

use serde_json::{Map, Value, json};

use crate::store::ConnectionRow;

/// The connection as `GET /api/v2/connections/{id}` shows it.
pub(crate) fn connection(row: &ConnectionRow, clients: Vec<String>) -> Map<String, Value> {
    let mut shown = Map::new();
    shown.insert("id".into(), json!(row.id));
    shown.insert("options".into(), Value::Object(row.options.clone()));
    shown.insert("strategy".into(), json!(row.strategy));
    shown.insert("name".into(), json!(row.name));
    shown.insert("is_domain_connection".into(), json!(false));
    shown.insert("authentication".into(), json!({"active": true}));
    shown.insert("connected_accounts".into(), json!({"active": false}));
    shown.insert("realms".into(), json!([row.name]));
    shown.extend(row.rest.clone());
    shown.insert("enabled_clients".into(), json!(clients));
    shown
}
