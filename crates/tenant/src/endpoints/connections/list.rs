//! `GET /api/v2/connections`

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use serde_json::Value;

use crate::caller::{Caller, host_of};
use crate::error::ApiError;
use crate::page::Page;
use crate::query::Query;
use crate::state::AppState;
use crate::store::connections as table;

/// Connections on a page when the client does not say.
const PAGE: usize = 50;

pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    uri: Uri,
    headers: HeaderMap,
    query: Query,
) -> Result<(HeaderMap, Json<Value>), ApiError> {
    caller.require(&["read:connections"])?;
    let fields = query.fields()?;
    let page = Page::of(&query, PAGE)?;
    let name = query.get("name").map(str::to_owned);
    let strategies: Vec<String> = query.all("strategy").map(str::to_owned).collect();
    let all = state
        .store()
        .read(move |db| -> Result<_, ApiError> {
            let mut found = Vec::new();
            for row in table::all(db)? {
                let wanted = name.as_ref().is_none_or(|name| name.eq_ignore_ascii_case(&row.name))
                    && (strategies.is_empty() || strategies.contains(&row.strategy));
                if wanted {
                    let mut shown = super::shown(db, &row)?;
                    super::select(&mut shown, &fields);
                    found.push(Value::Object(shown));
                }
            }
            Ok(found)
        })
        .await?;
    let links = links(&state.issuer(&host_of(&headers)), uri.query(), &page, all.len());
    Ok((links, Json(page.cut("connections", all))))
}

/// `Link` to the first and the last page, as recorded; not for checkpoints.
fn links(issuer: &str, query: Option<&str>, page: &Page, total: usize) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if page.checkpoint || page.size == 0 {
        return headers;
    }
    let kept: String = query
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with("page=") && !pair.starts_with("per_page="))
        .map(|pair| format!("{pair}&"))
        .collect();
    let link = |number: usize, rel: &str| {
        format!("<{issuer}api/v2/connections?{kept}page={number}&per_page={}>; rel=\"{rel}\"", page.size)
    };
    let last = total.saturating_sub(1) / page.size;
    let text = format!("{}, {}", link(0, "first"), link(last, "last"));
    if let Ok(value) = HeaderValue::from_str(&text) {
        headers.insert(header::LINK, value);
    }
    headers
}
