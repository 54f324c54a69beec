//! An application as it is shown.

use serde_json::{Map, Value, json};

use crate::state::AppState;
use crate::store::ClientRow;

/// The application as `GET /api/v2/clients/{id}` shows it, with its secret: our callers all have `read:client_keys`.
pub(crate) fn client(row: &ClientRow, state: &AppState) -> Map<String, Value> {
    let mut shown = row.body.clone();
    shown.insert("client_id".into(), json!(row.id));
    shown.insert("client_secret".into(), json!(row.secret));
    shown.insert("signing_keys".into(), json!([{"cert": state.keys().certificate()}]));
    shown
}
