//! `GET /users/ID`: one user, with a login to try; what the runs know of it comes afterwards.

use axum::extract::{Path, State};
use maud::{Markup, html};
use serde_json::{Map, Value};

use super::{list, login, path};
use crate::app::App;
use crate::error::PageError;
use crate::frame;

pub(super) async fn show(State(app): State<App>, Path(id): Path<String>) -> Result<Markup, PageError> {
    let user = stored(&app, &id).await?;
    let text = |name: &str| user.get(name).and_then(Value::as_str).unwrap_or_default();
    let main = html! {
        p { a href="/users" { "Back to the search" } }
        p { code { (id) } " in connection " strong { (list::connection(&user)) }
            @if let Some(last) = user.get("last_login").and_then(Value::as_str) { ", last login " (last) } @else { ", never logged in" }
            @if user.get("blocked") == Some(&Value::Bool(true)) { ", " strong.bad { "blocked" } } "."
        }
        (login::form(&app, &id, &user))
        section aria-labelledby="compare" {
            h2 id="compare" { "From the account to the tenant" }
            div hx-get=(path(&id, "/compare")) hx-trigger="painted from:body once" {
                p { a href=(path(&id, "/compare")) { "Compare what was sent with what the tenant has" } }
            }
        }
    };
    let name = [text("name"), text("email"), id.as_str()].into_iter().find(|name| !name.is_empty());
    Ok(frame::page(&app, "/users", name.unwrap_or("User"), main))
}

/// The user as the tenant has it now.
pub(super) async fn stored(app: &App, id: &str) -> Result<Map<String, Value>, PageError> {
    let client = app.setup().tenant().await?.client;
    client.user(id).await?.ok_or_else(|| PageError::missing("the tenant has no such user"))
}
