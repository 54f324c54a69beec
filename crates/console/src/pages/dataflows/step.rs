//! One step: its parameters as a form, from the component's own documentation.

use std::collections::HashMap;

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use dataflow::document::edit::{set_edges, set_parameter};
use dataflow::document::{Dataflow, Read, StepDocument};
use dataflow::reference::{Entry, Parameter, Shape, entry};
use dataflow::{masked, reference};
use maud::{Markup, html};
use migration::flow::components;
use serde_json::{Map, Value as Json};

use super::opened::Opened;
use super::{fields, graph, one, reshape};
use crate::app::App;
use crate::error::PageError;
use crate::ui::{csrf, prose};

/// Empty rows below those of a list.
const MORE_ROWS: usize = 2;

/// A form that was not taken.
pub(super) struct Attempt {
    form: fields::Form,
    /// What is wrong, by parameter.
    wrong: Vec<fields::Wrong>,
}

/// `POST /dataflows/{id}/step`
pub(super) async fn set(
    State(app): State<App>,
    Path(id): Path<String>,
    Form(form): Form<HashMap<String, String>>,
) -> Result<Response, PageError> {
    let opened = Opened::of(&app, &id).await?;
    let name = form.get("step").cloned().unwrap_or_default();
    let read =
        Read::new(&opened.text, []).map_err(|_| PageError::bad("this dataflow is edited as source first"))?;
    let step = read.dataflow.steps.iter().find(|step| step.id == name);
    let step = step.ok_or_else(|| PageError::missing(format!("the dataflow has no step {name}")))?;
    let parameters = described(step).map(|entry| entry.params).unwrap_or_default();
    let params = step.params.clone().unwrap_or_default();
    let changes = match fields::changes(&parameters, &params, &form) {
        Ok(changes) => changes,
        Err(wrong) => {
            let attempt = Attempt { form, wrong };
            let page = one::drawn(&app, &opened, Some(&name), one::Sent::Step(&attempt)).await?;
            return Ok(page.into_response());
        }
    };
    let bad = |error: dataflow::document::edit::EditError| PageError::bad(error.to_string());
    let mut text = opened.text.clone();
    for (parameter, value) in changes {
        text = set_parameter(&text, &name, &parameter, value.as_ref()).map_err(bad)?;
    }
    for (edge, before) in [("next", step.next()), ("error", step.error())] {
        let ids: Option<Vec<String>> = form
            .get(edge)
            .map(|ids| ids.lines().map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned).collect());
        if let Some(ids) = ids.filter(|ids| ids != before) {
            text = set_edges(&text, &name, edge, &ids).map_err(bad)?;
        }
    }
    let saved = opened.idx.save(Some(&id), serde_json::from_str(&text).unwrap_or_default()).await?;
    app.note(match saved.faults {
        _ if text == opened.text => "Nothing was changed.",
        None => "Saved.",
        Some(_) => "Saved as a draft: it cannot run like this.",
    });
    Ok(Redirect::to(&graph::link(&format!("/dataflows/{id}"), &name)).into_response())
}

fn described(step: &StepDocument) -> Option<Entry> {
    components().get(step.component.trim()).map(entry)
}

/// The form of a step.
pub(super) fn form(
    app: &App,
    id: &str,
    dataflow: &Dataflow,
    step: &StepDocument,
    attempt: Option<&Attempt>,
) -> Markup {
    let empty = Map::new();
    let params = step.params.as_ref().unwrap_or(&empty);
    let described = described(step);
    let known = described.as_ref().map(|entry| entry.params.as_slice()).unwrap_or_default();
    let others = params.iter().filter(|(name, _)| !known.iter().any(|one| one.name == **name));
    let others: Map<String, Json> = others.map(|(name, value)| (name.clone(), value.clone())).collect();
    let ids: Vec<&str> = dataflow.steps.iter().map(|step| step.id.as_str()).collect();
    html! {
        section id="step" aria-labelledby="step-name" {
            h2 id="step-name" { (step.id) }
            p { code { (step.component) } }
            @match &described {
                None => p.problem { "There is no such component here, so its parameters are edited as source." },
                Some(entry) => {
                    @for paragraph in entry.doc.split("\n\n") { p.hint { (prose(paragraph)) } }
                    form.stack.broad method="post" action=(format!("/dataflows/{id}/step")) {
                        (csrf(app))
                        input type="hidden" name="step" value=(step.id);
                        @for parameter in &entry.params { (field(parameter, params.get(&parameter.name), attempt)) }
                        @if !others.is_empty() {
                            p.hint { "Kept as they are, since the component does not know them: " code { (masked(&Json::Object(others)).to_string()) } }
                        }
                        (edges("next", "Steps that follow", "Each gets every record. One id a line.", step.next(), &ids))
                        (edges("error", "Steps for what failed", "They get the records that failed here, with _errorDetails.", step.error(), &ids))
                        div.row { button { "Save step" } }
                    }
                }
            }
            (reshape::remove_button(app, id, &step.id))
        }
    }
}

fn edges(name: &str, label: &str, hint: &str, ids: &[String], all: &[&str]) -> Markup {
    html! {
        label for=(name) { (label) }
        textarea.lines id=(name) name=(name) rows=(ids.len().max(1)) aria-describedby=(format!("{name}-hint")) { "\n" (ids.join("\n")) }
        p.hint id=(format!("{name}-hint")) { (hint) " Steps here: " (all.join(", ")) "." }
    }
}

/// A parameter with its documentation.
fn field(parameter: &Parameter, value: Option<&Json>, attempt: Option<&Attempt>) -> Markup {
    let name = fields::name(parameter);
    let given = |field: &str, own: String| {
        attempt.and_then(|attempt| attempt.form.get(field).cloned()).unwrap_or(own)
    };
    let wrong = attempt.and_then(|attempt| attempt.wrong.iter().find(|(own, _)| *own == parameter.name));
    let hint = format!("{name}-hint");
    html! {
        @if parameter.shape == Shape::Objects && fields::rows(value).is_some() {
            fieldset.broad aria-describedby=(hint) {
                legend { (parameter.name) (mark(parameter)) }
                (table(parameter, &fields::rows(value).unwrap_or_default(), &given))
            }
        } @else {
            label for=(name) { (parameter.name) (mark(parameter)) }
            @let invalid = wrong.is_some().then_some("true");
            @if fields::is_secret(parameter) {
                input id=(name) name=(name) type="password" autocomplete="off" aria-describedby=(hint)
                    placeholder=[value.is_some_and(|value| value != "").then_some("stored; leave it empty to keep it")];
            } @else {
                @let text = given(&name, fields::text(&parameter.shape, value));
                @match &parameter.shape {
                    Shape::Words(words) => (select(&name, &hint, &text, &words.iter().map(|choice| choice.word.as_str()).collect::<Vec<_>>(), parameter)),
                    Shape::Boolean => (select(&name, &hint, &text, &["true", "false"], parameter)),
                    Shape::Script => textarea.code id=(name) name=(name) rows="18" spellcheck="false" aria-describedby=(hint) { "\n" (text) },
                    Shape::Texts | Shape::Json | Shape::Objects => textarea.lines id=(name) name=(name) rows=(text.lines().count().clamp(1, 12)) spellcheck="false" aria-describedby=(hint) aria-invalid=[invalid] { "\n" (text) },
                    _ => input id=(name) name=(name) value=(text) autocomplete="off" spellcheck="false" aria-describedby=(hint) aria-invalid=[invalid];,
                }
            }
        }
        p.hint id=(hint) {
            @if let Some((_, message)) = wrong { strong.bad { (parameter.name) " " (message) ". " } }
            @if parameter.shape == Shape::Script { "Decoded here. " }
            @if matches!(parameter.shape, Shape::Texts) { "One a line. " }
            (prose(&parameter.doc.replace("\n\n", " ")))
            @if let Shape::Words(words) = &parameter.shape {
                @for choice in words.iter().filter(|choice| !choice.doc.is_empty()) { " " (choice.word) ": " (prose(&choice.doc)) }
            }
        }
    }
}

/// Whether it must be there, or what it is otherwise.
fn mark(parameter: &reference::Parameter) -> Markup {
    html! {
        @if parameter.required { span.mark { " required" } }
        @else if !matches!(&parameter.default, Json::Null) && parameter.default != "" {
            span.mark { " default " code { (parameter.default.to_string()) } }
        }
    }
}

fn select(name: &str, hint: &str, text: &str, words: &[&str], parameter: &Parameter) -> Markup {
    let usual = match &parameter.default {
        Json::Null => "not set".to_owned(),
        default => {
            format!("not set ({})", default.as_str().map_or_else(|| default.to_string(), str::to_owned))
        }
    };
    html! {
        select id=(name) name=(name) aria-describedby=(hint) {
            option value="" selected[text.is_empty()] { (usual) }
            @for word in words { option value=(word) selected[*word == text] { (word) } }
            @if !text.is_empty() && !words.contains(&text) { option value=(text) selected { (text) } }
        }
    }
}

fn table(
    parameter: &Parameter,
    rows: &[Map<String, Json>],
    given: &dyn Fn(&str, String) -> String,
) -> Markup {
    html! {
        div.scroll { table.cells {
            thead { tr { @for member in &parameter.members { th scope="col" { (member.name) } } } }
            tbody {
                @for at in 0..rows.len() + MORE_ROWS {
                    tr { @for member in &parameter.members {
                        @let field = fields::cell(parameter, at, member);
                        @let own = fields::text(&member.shape, rows.get(at).and_then(|row| row.get(&member.name)));
                        td { input name=(field) value=(given(&field, own)) autocomplete="off" spellcheck="false" aria-label=(format!("{} {}, {}", parameter.name, at + 1, member.name)); }
                    } }
                }
            }
        } }
        p.hint { @for member in &parameter.members { (member.name) ": " (prose(&member.doc)) " " } "Empty a row to take it away; save to get more rows." }
    }
}
