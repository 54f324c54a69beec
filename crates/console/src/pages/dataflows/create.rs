//! Dataflows come in, from a file of IdentitySync or from the template, and go.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use dataflow::document::Read;
use engine::Failure;
use mapping::DocumentError;
use maud::{Markup, html};
use migration::export::Query;
use migration::flow::default_flow;
use serde::Deserialize;
use serde_json::{Map, Value};
use site::idx::IdentitySync;

use super::opened::Opened;
use super::source::listing;
use crate::app::App;
use crate::error::PageError;
use crate::frame;
use crate::ui::csrf;

#[derive(Deserialize)]
pub(super) struct Given {
    source: String,
}

/// `GET /dataflows/new`
pub(super) async fn form(State(app): State<App>) -> Markup {
    shown(&app, "", &[])
}

/// `POST /dataflows`
pub(super) async fn create(State(app): State<App>, Form(given): Form<Given>) -> Result<Response, PageError> {
    let text = super::fields::lines(&given.source);
    match Read::new(&text, []) {
        Err(wrong) => {
            let wrong: Vec<_> = wrong.into_iter().map(|one| (one.place.line, one.message)).collect();
            Ok(shown(&app, &text, &wrong).into_response())
        }
        Ok(_) => Ok(keep(&app, serde_json::from_str(&text).unwrap_or_default()).await?.into_response()),
    }
}

/// `POST /dataflows/template`
pub(super) async fn template(State(app): State<App>) -> Result<Redirect, PageError> {
    let flow = own_flow(&app.setup().mapping_text(), &app.setup().connection()).map_err(Failure::usage)?;
    keep(&app, flow).await
}

/// The migration as a dataflow, with the mapping that is kept and the connection that is chosen.
fn own_flow(mapping: &str, connection: &str) -> Result<Map<String, Value>, DocumentError> {
    let mut flow = default_flow();
    let query = Query::of_mapping(mapping)?;
    for step in flow["steps"].as_array_mut().into_iter().flatten() {
        let params = &mut step["params"];
        if params.get("select").is_some() {
            params["select"] = query.select().into();
        } else if params.get("connection").is_some() {
            params["connection"] = connection.into();
        } else {
            *params = mapping::to_json(mapping)?.into();
        }
    }
    Ok(flow.as_object().cloned().unwrap_or_default())
}

async fn keep(app: &App, document: Map<String, Value>) -> Result<Redirect, PageError> {
    let site = app.setup().local_site().await?;
    let saved = IdentitySync::of(site.site().state()).save(None, document).await?;
    app.note(match saved.faults {
        None => "The dataflow is kept, and can run.",
        Some(_) => "The dataflow is kept as a draft: see below what is wrong with it.",
    });
    Ok(Redirect::to(&format!("/dataflows/{}", saved.id)))
}

/// `POST /dataflows/{id}/delete`
pub(super) async fn delete(State(app): State<App>, Path(id): Path<String>) -> Result<Redirect, PageError> {
    let opened = Opened::of(&app, &id).await?;
    opened.idx.delete(&id).await?;
    app.note(format!("{} is gone, with its schedules.", opened.name()));
    Ok(Redirect::to("/dataflows"))
}

fn shown(app: &App, text: &str, wrong: &[(usize, String)]) -> Markup {
    let main = html! {
        form.stack.broad method="post" action="/dataflows" {
            (csrf(app))
            @if !wrong.is_empty() {
                div.problem role="alert" id="problem" {
                    p { "This is no dataflow:" }
                    ul { @for (line, message) in wrong { li { "line " (line) ": " (message) " " a href=(format!("#line-{line}")) data-line=(line) { "Go to line " (line) } } } }
                }
            }
            label for="file" { "A file of IdentitySync" }
            input id="file" type="file" accept=".json,application/json" data-reads-into="source" aria-describedby="file-hint";
            p.hint id="file-hint" { "JSON, as the console of Gigya exports a dataflow. It is read into the field below." }
            label for="source" { "Its JSON" }
            textarea.code id="source" name="source" data-lines rows="20" required spellcheck="false" wrap="off" aria-invalid=[(!wrong.is_empty()).then_some("true")] { "\n" (text) }
            p.hint { "Secrets that Gigya has masked (********) are asked for again before the dataflow runs." }
            div.row { button { "Bring it in" } a href="/dataflows" { "Back" } }
        }
        @if !wrong.is_empty() { section { h2 { "Where" } (listing(text, wrong)) } }
    };
    frame::page(app, "/dataflows", "Bring a dataflow in", main)
}
