//! `GET /dataflows/{id}/jobs`: every time that a dataflow ran.

use axum::extract::{Path, Query, State};
use maud::{Markup, html};
use migration::report::html::figures::count;
use serde_json::Value;

use super::opened::Opened;
use crate::app::App;
use crate::error::PageError;
use crate::ui::{Asked, pager};

pub(super) async fn show(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Markup, PageError> {
    let opened = Opened::of(&app, &id).await?;
    let (_, total) = opened.idx.jobs(&id, 0, 0).await?;
    let shown = asked.of_jobs(total);
    let (jobs, _) = opened.idx.jobs(&id, shown.skip(), shown.size).await?;
    let path = format!("/dataflows/{id}");
    let main = html! {
        @if jobs.is_empty() {
            p { "It has not run yet." }
            p { a.button href=(format!("{path}/run")) { "Run it" } }
        } @else {
            div.scroll { table {
                thead { tr { th scope="col" { "Started (UTC)" } th scope="col" { "State" } th scope="col" { "Ended (UTC)" } th.number scope="col" { "Read" } th.number scope="col" { "Processed" } th.number scope="col" { "Attempts" } } }
                tbody { @for job in &jobs { (row(&path, job)) } }
            } }
            (pager(shown, &format!("{path}/jobs?page=")))
        }
    };
    Ok(super::page(&app, &opened, "/jobs", main))
}

fn row(path: &str, job: &Value) -> Markup {
    let text = |name: &str| job[name].as_str().unwrap_or("–");
    let number = |name: &str| count(job[name].as_u64().unwrap_or(0));
    html! {
        tr {
            th scope="row" { a href=(format!("{path}/jobs/{}", text("id"))) { (text("createTime")) } }
            td { @if job["status"] == "failed" { strong.bad { "failed" } } @else { (text("status")) } }
            td { (text("endTime")) }
            td.number { (number("totalRecords")) }
            td.number { (number("processedRecords")) }
            td.number { (number("attemptNumber")) }
        }
    }
}
