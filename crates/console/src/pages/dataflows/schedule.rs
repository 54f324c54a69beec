//! `/dataflows/{id}/schedule`: when a dataflow runs by itself.

use std::collections::HashMap;

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::opened::Opened;
use super::{run, stores};
use crate::app::App;
use crate::error::PageError;
use crate::mistake::{Mistake, Mistaken};
use crate::ui::csrf;

/// `frequencyType`, and how it reads after a number.
const FREQUENCIES: &[(&str, &str)] =
    &[("minute", "minutes"), ("hour", "hours"), ("day", "days"), ("week", "weeks"), ("month", "months")];

/// What a form holds.
type Filled = HashMap<String, String>;

pub(super) async fn form(State(app): State<App>, Path(id): Path<String>) -> Result<Markup, PageError> {
    let opened = Opened::of(&app, &id).await?;
    page(&app, &opened, None, Mistaken::default()).await
}

/// The page; `filled` is a form that was not taken.
async fn page(
    app: &App,
    opened: &Opened,
    filled: Option<&Filled>,
    mistaken: Mistaken<'_>,
) -> Result<Markup, PageError> {
    let id = &opened.flow.id;
    let text = |name: &str, usual: &'static str| {
        filled.map_or(usual, |form| form.get(name).map_or("", String::as_str))
    };
    let all = opened.idx.schedulings(id).await?;
    let (once, repeated): (Vec<Value>, Vec<Value>) =
        all.into_iter().partition(|scheduling| scheduling["frequencyType"] == "once");
    let folders = filled.map(|form| Value::Object(stores::kept(form)));
    let last = folders.as_ref().or(repeated.first()).or(once.first());
    let path = format!("/dataflows/{id}");
    let main = html! {
        @if repeated.is_empty() { p { "It runs only when somebody says so." } } @else {
            div.scroll { table {
                thead { tr { th scope="col" { "Name" } th scope="col" { "Every" } th scope="col" { "Next job (UTC)" } th scope="col" { "Reads" } th scope="col" { span.away { "What you can do" } } } }
                tbody { @for scheduling in &repeated { (row(app, &path, scheduling)) } }
            } }
        }
        @if let Some(step) = run::importer(opened) {
            p { "Step " strong { (step) } " imports users into the tenant, which no schedule does. " a href=(format!("{path}/run")) { "Prepare its users" } "." }
        } @else if opened.flow.is_published {
            section aria-labelledby="new" {
                h2 id="new" { "A new schedule" }
                p.hint { "The local site starts it while this page's server runs. What was missed meanwhile is not made up for; the next job reads on from where the last one ended." }
                form.stack.broad method="post" action=(format!("{path}/schedule")) {
                    (csrf(app))
                    label for="name" { "Name" }
                    input id="name" name="name" required value=(text("name", "nightly")) autocomplete="off";
                    label for="interval" { "Every" }
                    div.row {
                        input id="interval" name="interval" type="number" min="1" value=(text("interval", "1")) required
                            aria-invalid=[mistaken.invalid("interval")] aria-describedby=[mistaken.described("interval", "")];
                        select name="frequency" aria-label="unit of time" {
                            @for (kind, words) in FREQUENCIES { option value=(kind) selected[*kind == text("frequency", "day")] { (words) } }
                        }
                    }
                    (mistaken.below("interval"))
                    label for="start" { "First job (UTC)" }
                    input id="start" name="start" type="datetime-local" value=(text("start", ""))
                        aria-invalid=[mistaken.invalid("start")] aria-describedby=[mistaken.described("start", "start-hint")];
                    p.hint id="start-hint" { "Empty: now." }
                    (mistaken.below("start"))
                    (run::extent_fields(filled, mistaken))
                    (stores::fields(opened, last))
                    div.row { button { "Schedule it" } }
                }
            }
        } @else {
            p { "A draft cannot be scheduled. " a href=(path) { "See what is wrong with it" } "." }
        }
    };
    Ok(super::page(app, opened, "/schedule", main))
}

fn row(app: &App, path: &str, scheduling: &Value) -> Markup {
    let text = |name: &str| scheduling[name].as_str().unwrap_or_default();
    let words =
        FREQUENCIES.iter().find(|(kind, _)| *kind == text("frequencyType")).map_or("", |(_, words)| words);
    html! {
        tr {
            th scope="row" { (text("name")) }
            td { (scheduling["frequencyInterval"].as_u64().unwrap_or(1)) " " (words) }
            td { (text("nextJobStartTime")) }
            td { @if scheduling["fullExtract"] == true { "everything" } @else { "what changed" } }
            td {
                form.inline method="post" action=(format!("{path}/schedule/remove")) {
                    (csrf(app))
                    input type="hidden" name="scheduling" value=(text("id"));
                    button.quiet { "Remove" span.away { " schedule " (text("name")) } }
                }
            }
        }
    }
}

pub(super) async fn create(
    State(app): State<App>,
    Path(id): Path<String>,
    Form(form): Form<Filled>,
) -> Result<Response, PageError> {
    let opened = Opened::of(&app, &id).await?;
    if run::importer(&opened).is_some() {
        return Err(PageError::bad("this dataflow imports users, which no schedule does"));
    }
    match scheduling(&id, &form) {
        Ok(scheduling) => opened.idx.schedule(scheduling).await?,
        Err(mistake) => {
            let page = page(&app, &opened, Some(&form), Mistaken(Some(&mistake))).await?;
            return Ok(mistake.answer(page));
        }
    };
    app.note("It is scheduled.");
    Ok(Redirect::to(&format!("/dataflows/{id}/schedule")).into_response())
}

fn scheduling(id: &str, form: &Filled) -> Result<Map<String, Value>, Mistake> {
    let text = |name: &str| form.get(name).map(|text| text.trim()).unwrap_or_default();
    let wrong = |field, why: &str| Mistake::at(field, PageError::bad(why));
    let interval = text("interval").parse::<u32>().ok().filter(|interval| *interval > 0);
    let interval = interval.ok_or_else(|| wrong("interval", "the interval must be a whole number from 1"))?;
    let mut scheduling = run::object(json!({
        "name": text("name"), "dataflowId": id,
        "frequencyType": text("frequency"), "frequencyInterval": interval,
    }));
    if !text("start").is_empty() {
        let start = text("start").parse::<jiff::civil::DateTime>();
        let start = start.map_err(|_| wrong("start", "the first job must be a date and a time"))?;
        scheduling.insert("nextJobStartTime".to_owned(), format!("{start}Z").into());
    }
    scheduling.extend(run::extent(form)?);
    Ok(scheduling)
}

#[derive(Deserialize)]
pub(super) struct Removed {
    scheduling: String,
}

pub(super) async fn remove(
    State(app): State<App>,
    Path(id): Path<String>,
    Form(removed): Form<Removed>,
) -> Result<Redirect, PageError> {
    Opened::of(&app, &id).await?.idx.unschedule(&removed.scheduling).await?;
    app.note("The schedule is gone. What it has started goes on.");
    Ok(Redirect::to(&format!("/dataflows/{id}/schedule")))
}
