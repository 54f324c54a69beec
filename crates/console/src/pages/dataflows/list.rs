//! `GET /dataflows`: the dataflows of the local site.

use axum::extract::State;
use maud::{Markup, html};
use migration::report::html::figures::count;
use serde_json::Value;
use site::idx::{Dataflow, IdentitySync};

use crate::app::App;
use crate::error::PageError;
use crate::frame;
use crate::ui::{csrf, prose};

pub(super) async fn show(State(app): State<App>) -> Result<Markup, PageError> {
    // The site may have to be started, and filled when it is new: that takes longer than a page may.
    let there = if app.setup().has_local_site() { Some(table(&app).await?) } else { None };
    let main = html! {
        p { "Dataflows of the local site, as IdentitySync has them: steps that read, change and write records. They run here, and their jobs are kept." }
        div.row {
            a.button href="/dataflows/new" { "Bring a dataflow in" }
            form.inline method="post" action="/dataflows/template" {
                (csrf(&app))
                button.quiet { "Start from the migration" span.away { " from Gigya to Auth0" } }
            }
        }
        @match there {
            Some(table) => (table),
            None => {
                div hx-get="/dataflows/list" hx-trigger="painted from:body once" hx-swap="outerHTML" {
                    p role="status" { "The local site is being started." }
                    noscript { p { a href="/dataflows/list" { "Show its dataflows" } } }
                }
            }
        }
        p.then { "Next: " a href="/import" { "prepare and import" } "." }
    };
    Ok(frame::page(&app, "/dataflows", "Dataflows", main))
}

/// The table alone.
pub(super) async fn rows(State(app): State<App>) -> Result<Markup, PageError> {
    table(&app).await
}

async fn table(app: &App) -> Result<Markup, PageError> {
    let site = app.setup().local_site().await?;
    let idx = IdentitySync::of(site.site().state());
    let mut flows = Vec::new();
    for flow in idx.dataflows().await? {
        let (jobs, total) = idx.jobs(&flow.id, 0, 1).await?;
        flows.push((flow, jobs.into_iter().next(), total));
    }
    Ok(html! {
        @if flows.is_empty() {
            p { "There is none yet. Bring in a file of IdentitySync, or start from the migration." }
        } @else {
            div.scroll { table {
                thead { tr {
                    th scope="col" { "Name" } th.number scope="col" { "Steps" } th scope="col" { "State" }
                    th scope="col" { "Last job" } th.number scope="col" { "Jobs" }
                } }
                tbody { @for (flow, last, jobs) in &flows { (row(flow, last.as_ref(), *jobs)) } }
            } }
        }
    })
}

fn row(flow: &Dataflow, last: Option<&Value>, jobs: u64) -> Markup {
    let path = format!("/dataflows/{}", flow.id);
    let text = |name: &str| flow.content.get(name).and_then(Value::as_str).unwrap_or_default();
    let steps = flow.content.get("steps").and_then(Value::as_array).map_or(0, Vec::len);
    html! {
        tr {
            th scope="row" { a href=(path) { (text("name")) } span.why { (prose(text("description"))) } }
            td.number { (count(u64::try_from(steps).unwrap_or(0))) }
            td { @if flow.is_draft { "draft" } @else { "ready" } }
            td { @match last {
                Some(job) => { a href=(format!("{path}/jobs/{}", job["id"].as_str().unwrap_or_default())) { (job["status"].as_str().unwrap_or_default()) } span.why { (job["createTime"].as_str().unwrap_or_default()) } }
                None => { "never ran" }
            } }
            td.number { (count(jobs)) }
        }
    }
}
