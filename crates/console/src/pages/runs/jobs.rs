//! `GET /runs/NAME/jobs`: every import job of a run.

use axum::extract::{Path, Query, State};
use engine::Failure;
use maud::{Markup, html};
use migration::ledger::{Attempt, Ledger};
use migration::report::html::figures::count;

use super::find;
use crate::app::App;
use crate::error::PageError;
use crate::frame;
use crate::ui::{Asked, pager};

pub(super) async fn show(
    State(app): State<App>,
    Path(run): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Markup, PageError> {
    let folder = find(&app, &run)?;
    let ledger = Ledger::look(&folder).map_err(Failure::stopped)?;
    let (shown, attempts) = match &ledger {
        Some(ledger) => {
            let shown = asked.of_jobs(ledger.attempt_count().map_err(Failure::stopped)?);
            (shown, ledger.attempts(shown.skip(), shown.size).map_err(Failure::stopped)?)
        }
        None => (asked.of_jobs(0), Vec::new()),
    };
    let main = html! {
        p { a href=(format!("/runs/{run}")) { "Back to the run" } }
        @if attempts.is_empty() { p { "No job was sent yet." } } @else {
            p { @if shown.total == 1 { "One attempt." } @else { (count(shown.total)) " attempts, in the order of their parts." } }
            div.scroll { table {
                thead { tr {
                    th.number scope="col" { "Part" } th.number scope="col" { "Attempt" } th scope="col" { "Sent (UTC)" } th scope="col" { "Job" }
                    th.number scope="col" { "Inserted" } th.number scope="col" { "Updated" } th.number scope="col" { "Refused" } th scope="col" { "What happened" }
                } }
                tbody { @for attempt in &attempts { (row(&run, attempt)) } }
            } }
            (pager(shown, &format!("/runs/{run}/jobs?page=")))
        }
    };
    Ok(frame::page(&app, "/runs", &format!("Import jobs of {run}"), main))
}

fn row(run: &str, attempt: &Attempt) -> Markup {
    let sent = jiff::Timestamp::from_second(attempt.sent_at);
    let sent = sent.map(|at| at.strftime("%Y-%m-%d %H:%M:%S").to_string()).unwrap_or_default();
    html! {
        tr {
            td.number { a href=(format!("/runs/{run}/jobs/{}", attempt.part)) { (attempt.part) } } td.number { (attempt.number) } td.nowrap { (sent) }
            td { @match &attempt.job { Some(job) => code { (job) }, None => "–" } }
            td.number { (count(attempt.inserted)) } td.number { (count(attempt.updated)) } td.number { (count(attempt.failed)) }
            td { (words(attempt)) }
        }
    }
}

/// The status of an attempt in words.
fn words(attempt: &Attempt) -> &'static str {
    match attempt.status.as_str() {
        "finished" if attempt.failed == 0 => "done",
        "finished" => "done; some users were refused",
        "broken" => "the job failed without saying what it did; its users were sent again and compared",
        "lost" => "the answer was lost; its users were sent again and compared",
        "not_sent" => "not taken by the tenant; nothing was done",
        _ => "under way",
    }
}
