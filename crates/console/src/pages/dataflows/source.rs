//! `/dataflows/{id}/source`: the JSON itself, with what is wrong beside the lines.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use dataflow::document::Read;
use dataflow::graph::Finding;
use maud::{Markup, html};
use serde::Deserialize;

use super::findings;
use super::opened::Opened;
use crate::app::App;
use crate::error::PageError;
use crate::ui::csrf;

/// Characters of a line that are shown; scripts in base64 are longer.
const LONGEST: usize = 240;

#[derive(Deserialize)]
pub(super) struct Given {
    source: String,
}

pub(super) async fn form(State(app): State<App>, Path(id): Path<String>) -> Result<Markup, PageError> {
    let opened = Opened::of(&app, &id).await?;
    let found = opened.findings(&opened.text).await?;
    Ok(shown(&app, &opened, &opened.text, &found))
}

/// `POST /dataflows/{id}/source`
pub(super) async fn set(
    State(app): State<App>,
    Path(id): Path<String>,
    Form(given): Form<Given>,
) -> Result<Response, PageError> {
    let opened = Opened::of(&app, &id).await?;
    let text = super::fields::lines(&given.source);
    if Read::new(&text, []).is_err() {
        // Nothing that could be stored: it stays in the form.
        let found = opened.findings(&text).await?;
        return Ok(shown(&app, &opened, &text, &found).into_response());
    }
    let saved = opened.idx.save(Some(&id), serde_json::from_str(&text).unwrap_or_default()).await?;
    app.note(if saved.faults.is_none() { "Saved." } else { "Saved as a draft: it cannot run like this." });
    Ok(Redirect::to(&format!("/dataflows/{id}/source")).into_response())
}

/// `GET /dataflows/{id}/file`: the document as a file, secrets masked.
pub(super) async fn download(State(app): State<App>, Path(id): Path<String>) -> Result<Response, PageError> {
    let opened = Opened::of(&app, &id).await?;
    let kind = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"dataflow.json\""),
    ];
    Ok((kind, opened.text).into_response())
}

fn shown(app: &App, opened: &Opened, text: &str, found: &[Finding]) -> Markup {
    let path = format!("/dataflows/{}", opened.flow.id);
    let main = html! {
        (findings::list(found, &path))
        form.stack.broad method="post" action=(format!("{path}/source")) {
            (csrf(app))
            label for="source" { "JSON" }
            textarea.code id="source" name="source" data-lines rows="24" required spellcheck="false" wrap="off" aria-describedby="source-hint" { "\n" (text) }
            p.hint id="source-hint" { "Where a secret is stored it stands as ********, and stays when it is saved so. Members that nobody knows are kept." }
            div.row { button { "Save" } a href=(format!("{path}/file")) download="dataflow.json" { "Download" } }
        }
        @if !found.is_empty() {
            section {
                h2 { "Line by line" }
                (listing(text, &findings::by_line(found)))
            }
        }
        details {
            summary { "Remove this dataflow" }
            form method="post" action=(format!("{path}/delete")) {
                (csrf(app))
                p { "Its schedules go with it. Jobs that run go on to their end." }
                button.quiet { "Remove " (opened.name()) }
            }
        }
    };
    super::page(app, opened, "/source", main)
}

/// The lines of a text with their numbers, and what is wrong below each.
pub(super) fn listing(text: &str, wrong: &[(usize, String)]) -> Markup {
    listing_from(&text.lines().collect::<Vec<_>>(), 1, wrong)
}

/// The same of some lines, of which the first has a number.
pub(super) fn listing_from(lines: &[&str], first: usize, wrong: &[(usize, String)]) -> Markup {
    html! {
        ol.listing start=(first) {
            @for (at, line) in lines.iter().enumerate() {
                @let number = first + at;
                @let here: Vec<&str> = wrong.iter().filter(|(line, _)| *line == number).map(|(_, message)| message.as_str()).collect();
                li id=(format!("line-{number}")) class=[(!here.is_empty()).then_some("wrong")] {
                    code { (cut(line)) }
                    @for message in here { span.why.bad { (message) } }
                }
            }
        }
    }
}

fn cut(line: &str) -> String {
    if line.chars().count() <= LONGEST {
        return line.to_owned();
    }
    line.chars().take(LONGEST).chain(['…']).collect()
}
