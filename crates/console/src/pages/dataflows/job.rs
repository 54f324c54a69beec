//! `GET /dataflows/{id}/jobs/{job}`: how far a job is, or what it did.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Redirect;
use dataflow::runner::{Edge, EdgeCount, StepCount};
use engine::dataflows::JobReport;
use maud::{Markup, html};
use migration::report::html::figures::count;
use serde_json::Value;
use site::idx::Job;

use super::opened::Opened;
use super::said::{self, Spoken};
use crate::app::App;
use crate::error::PageError;
use crate::ui::action;

/// Tells htmx to stop asking.
const OVER: u16 = 286;

pub(super) async fn show(
    State(app): State<App>,
    Path((id, job)): Path<(String, String)>,
) -> Result<Markup, PageError> {
    let opened = Opened::of(&app, &id).await?;
    let found = opened.idx.job(&job).await?;
    let path = format!("/dataflows/{id}/jobs/{job}");
    let main = html! {
        p.away role="status" id="job-status" { (spoken(&found.status)) }
        @if is_running(&found) {
            div hx-get=(format!("{path}/now")) hx-trigger="every 1s" { (drawn(&app, &path, &found)) }
        } @else {
            div { (drawn(&app, &path, &found)) }
        }
        p.then { a href=(format!("/dataflows/{id}/jobs")) { "All jobs" } }
    };
    Ok(super::page(&app, &opened, "/jobs", main))
}

/// What moves.
pub(super) async fn now(
    State(app): State<App>,
    Path((id, job)): Path<(String, String)>,
) -> Result<(StatusCode, Markup), PageError> {
    let found = Opened::of(&app, &id).await?.idx.job(&job).await?;
    let over = StatusCode::from_u16(OVER).unwrap_or(StatusCode::OK);
    let status = if is_running(&found) { StatusCode::OK } else { over };
    let main = html! {
        (drawn(&app, &format!("/dataflows/{id}/jobs/{job}"), &found))
        p id="job-status" hx-swap-oob="innerHTML" { (spoken(&found.status)) }
    };
    Ok((status, main))
}

pub(super) async fn kill(
    State(app): State<App>,
    Path((id, job)): Path<(String, String)>,
) -> Result<Redirect, PageError> {
    let killed = Opened::of(&app, &id).await?.idx.kill(&job).await?;
    app.note(if killed { "The job is stopped. What it has written stays." } else { "It was over already." });
    Ok(Redirect::to(&format!("/dataflows/{id}/jobs/{job}")))
}

fn is_running(job: &Job) -> bool {
    job.status["status"] == "running"
}

/// The state, to be spoken aloud; it says no numbers, which change all the time.
fn spoken(status: &Value) -> Markup {
    html! { "The job " @match status["status"].as_str() {
        Some("running") => "is running",
        Some("succeeded") => "has succeeded",
        Some("failed") => "has failed",
        _ => "was stopped",
    } }
}

fn drawn(app: &App, path: &str, job: &Job) -> Markup {
    let status = &job.status;
    let text = |name: &str| status[name].as_str();
    let number = |name: &str| count(status[name].as_u64().unwrap_or(0));
    // What an older version has written may look different.
    let report: JobReport = serde_json::from_value(job.report.clone()).unwrap_or_default();
    html! {
        div.tiles {
            div { span.caption { "State" } span.figure { (text("status").unwrap_or_default()) } span.caption { "attempt " (number("attemptNumber")) } }
            div { span.caption { "Read" } span.figure { (number("totalRecords")) } span.caption { "records" } }
            div { span.caption { "Processed" } span.figure { (number("processedRecords")) } span.caption { "records" } }
        }
        @if let Some(trace) = text("trace") {
            p.problem { (trace) @if is_running(job) { " It is tried again." } }
        }
        p.hint { "Started " (text("createTime").unwrap_or("–")) @if let Some(end) = text("endTime") { ", ended " (end) } " (UTC)." }
        @if is_running(job) { (action(app, &format!("{path}/kill"), "Stop", "this job", "quiet")) }
        @if !report.steps.is_empty() {
            h2 { "Steps" }
            div.scroll { table {
                thead { tr { th scope="col" { "Step" } th.number scope="col" { "In" } th.number scope="col" { "Out" } th.number scope="col" { "Failed" } th.number scope="col" { "Dropped" } th scope="col" { "To" } } }
                tbody { @for step in &report.steps { (row(step, &report.edges)) } }
            } }
        }
        @if !report.said.is_empty() {
            h2 { "What the steps said" }
            (said::lines(report.said.iter().map(|line| Spoken { step: Some(&line.step), is_error: line.level == "error", text: &line.text })))
        }
    }
}

fn row(step: &StepCount, edges: &[EdgeCount]) -> Markup {
    html! {
        tr {
            th scope="row" { (step.id) span.why { (step.component) } }
            td.number { (count(step.received)) }
            td.number { (count(step.passed)) }
            td.number { @if step.failed > 0 { strong.bad { (count(step.failed)) } } @else { "0" } }
            td.number { (count(step.dropped)) }
            td { @for edge in edges.iter().filter(|edge| edge.from == step.id) {
                span.way { (edge.to) ": " (count(edge.items)) @if edge.edge == Edge::Error { " failed" } } " "
            }
            @if step.unrouted > 0 { span.way.bad { "nowhere: " (count(step.unrouted)) } } }
        }
    }
}
