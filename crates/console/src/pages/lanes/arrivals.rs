//! How far the lane `lazy` has come.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use engine::Failure;
use maud::{Markup, html};
use migration::lazy::{Lanes, LanesError, lanes};
use migration::report::html::figures::{count, percent};

use super::{WAITING, find, finish, reached};
use crate::app::App;
use crate::error::PageError;
use crate::frame;
use crate::ui::{download, meter};

/// Asks the tenant who has come, and writes who has not.
pub(super) async fn count_them(
    State(app): State<App>,
    Path(run): Path<String>,
    headers: HeaderMap,
) -> Result<Markup, PageError> {
    let folder = find(&app, &run)?;
    let (tenant, connection) = reached(&app, &folder).await?;
    let found = lanes(&folder, &tenant.client, &connection).await.map_err(|error| match error {
        LanesError::Tenant(error) => PageError::from(error),
        error => Failure::stopped(error).into(),
    })?;
    let uids: String = found.uids.iter().flat_map(|uid| [uid, "\n"]).collect();
    folder.write_whole(WAITING, uids.as_bytes()).map_err(Failure::stopped)?;
    let drawn = html! { (drawn(&run, &found)) (finish::section(&app, &run, &tenant, &connection, found.waiting).await?) };
    if headers.contains_key("hx-request") {
        return Ok(drawn);
    }
    let main = html! { p { a href=(format!("/lanes?run={run}")) { "Back to the lanes" } } (drawn) };
    Ok(frame::page(&app, "/lanes", "Who has come over", main))
}

fn drawn(run: &str, lanes: &Lanes) -> Markup {
    html! {
        p { (count(lanes.arrived)) " of " (count(lanes.left)) " have come over (" (percent(lanes.arrived, lanes.left)) "); " (count(lanes.waiting)) " have not." }
        (meter(lanes.arrived, lanes.left, "come over"))
        div.scroll tabindex="0" { table {
            thead { tr { th scope="col" { "Why the password stays" } th.number scope="col" { "Left" } th.number scope="col" { "Come over" } } }
            tbody { @for (code, arrivals) in &lanes.codes {
                tr { th scope="row" { code { (code) } } td.number { (count(arrivals.left)) } td.number { (count(arrivals.arrived)) } }
            } }
        } }
        @if lanes.waiting > 0 {
            p { a href=(format!("/lanes/{run}/waiting.txt")) download { "waiting.txt" } ": the UIDs of those who have not. Before the site is switched off they are imported without a password: "
                code { "crosswalk migrate SOURCE --lazy reset --uids waiting.txt" } }
        }
    }
}

pub(super) async fn download_waiting(
    State(app): State<App>,
    Path(run): Path<String>,
) -> Result<Response, PageError> {
    download(&find(&app, &run)?.file(WAITING), WAITING).await
}
