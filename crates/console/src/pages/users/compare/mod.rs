//! From the account to the tenant: the account, what was sent, and what the tenant has now, side by side.

mod drawn;
mod origin;
mod rows;
mod value;

use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use engine::Failure;
use maud::{Markup, html};
use migration::run::RunFolder;
use migration::trace::{self, Trace};
use serde_json::{Map, Value};

use self::drawn::{Comparison, comparison};
use self::origin::Origin;
use super::one::stored;
use super::path;
use crate::app::App;
use crate::error::PageError;
use crate::frame;

/// What was sent and what is there; the account comes afterwards, since the input that holds it may be large.
pub(super) async fn show(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Markup, PageError> {
    let now = stored(&app, &id).await?;
    let found = find(&app, &id, &now).await?;
    let drawn = comparison(&Comparison { id: &id, found: found.as_ref(), now: &now, origin: None });
    Ok(alone_or_page(&app, &id, &headers, drawn))
}

#[derive(serde::Deserialize)]
pub(super) struct Account {
    run: String,
    uid: String,
}

/// The same with the account of that UID in the inputs of a run.
pub(super) async fn account(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(Account { run, uid }): Query<Account>,
    headers: HeaderMap,
) -> Result<Markup, PageError> {
    if !app.setup().home().run_names().contains(&run) {
        return Err(PageError::missing("there is no run of that name"));
    }
    let now = stored(&app, &id).await?;
    let found = find(&app, &id, &now).await?;
    let folder = RunFolder::at(&app.setup().home().runs().join(&run));
    let work = move || {
        let exported = trace::exported(&folder, &uid).map_err(|error| error.to_string())?;
        let exported = exported.ok_or("the inputs of the run do not hold it any more")?;
        Ok::<_, String>(Origin::of(&exported))
    };
    let origin: Result<Origin, String> = tokio::task::spawn_blocking(work).await.map_err(Failure::bug)?;
    let drawn =
        comparison(&Comparison { id: &id, found: found.as_ref(), now: &now, origin: Some(origin.as_ref()) });
    Ok(alone_or_page(&app, &id, &headers, drawn))
}

/// Whether a run went to this tenant; another can have a user of the same id.
fn goes_to(folder: &RunFolder, tenant: &str) -> bool {
    folder.manifest().is_ok_and(|manifest| manifest.target.is_some_and(|target| target.tenant == tenant))
}

/// The comparison alone for a script, with the page around it for none.
fn alone_or_page(app: &App, id: &str, headers: &HeaderMap, drawn: Markup) -> Markup {
    if headers.contains_key("hx-request") {
        return drawn;
    }
    let main = html! { p { a href=(path(id, "")) { "Back to the user" } } (drawn) };
    frame::page(app, "/users", "From the account to the tenant", main)
}

/// What the newest run that brought the user, or changed it, knows of it; else one that found it there, else one that was
/// refused.
pub(super) async fn find(
    app: &App,
    id: &str,
    now: &Map<String, Value>,
) -> Result<Option<(String, Trace)>, PageError> {
    let runs = app.setup().home().runs();
    let mut names = app.setup().home().run_names();
    names.reverse();
    let (id, email) = (id.to_owned(), now.get("email").and_then(Value::as_str).map(str::to_owned));
    let tenant = app.setup().tenant().await?.name;
    let work = move || {
        let mut best: Option<(String, Trace)> = None;
        for name in names {
            match trace::trace(&RunFolder::at(&runs.join(&name)), &id, email.as_deref()) {
                Ok(Some(_)) if !goes_to(&RunFolder::at(&runs.join(&name)), &tenant) => {}
                Ok(Some(trace)) if trace.is_written() => return Some((name, trace)),
                Ok(Some(trace)) => {
                    if best.as_ref().is_none_or(|(_, best)| best.is_refused() && !trace.is_refused()) {
                        best = Some((name, trace));
                    }
                }
                Ok(None) => {}
                Err(error) => tracing::warn!(run = name, %error, "a run cannot be asked"),
            }
        }
        best
    };
    Ok(tokio::task::spawn_blocking(work).await.map_err(Failure::bug)?)
}
