//! `GET /api/v2/clients/{id}/connections`: the connections that an application may use.

use axum::Json;
use axum::extract::{Path, State};
use serde_json::Value;

use crate::caller::Caller;
use crate::endpoints::connections::shown;
use crate::error::ApiError;
use crate::page::Page;
use crate::query::Query;
use crate::state::AppState;
use crate::store::{clients as table, connections};

/// Connections on a page when the client does not say.
const PAGE: usize = 50;

pub(super) async fn connections(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Value>, ApiError> {
    caller.require(&["read:connections"])?;
    let fields = query.fields()?;
    // This list knows checkpoints only.
    let page = Page { checkpoint: true, totals: false, ..Page::of(&query, PAGE)? };
    let all = state
        .store()
        .read(move |db| -> Result<_, ApiError> {
            let client = super::wanted(db, &id)?;
            let mut found = Vec::new();
            for id in table::connections(db, client.pk)? {
                if let Some(row) = connections::by_id(db, &id)? {
                    let mut shown = shown(db, &row)?;
                    shown.remove("enabled_clients");
                    fields.apply(&mut shown, &["is_domain_connection"]);
                    found.push(Value::Object(shown));
                }
            }
            Ok(found)
        })
        .await?;
    Ok(Json(page.cut("connections", all)))
}
