//! Steps are added and taken away by form.

use std::collections::HashMap;

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};
use migration::flow::components;
use serde_json::{Map, Value};

use super::one::Sent;
use super::opened::Opened;
use super::steps::{New, added, removed};
use super::{graph, one};
use crate::app::App;
use crate::error::PageError;
use crate::mistake::{Mistake, Mistaken};
use crate::ui::csrf;

/// Where a new step goes.
const PLACES: &[(&str, &str)] = &[
    ("between", "between it and the steps that follow it"),
    ("branch", "beside the steps that follow it"),
    ("error", "where the records go that fail in it"),
];

/// A step that was wanted and did not come, with why.
pub(super) struct Refused {
    new: New,
    mistake: Mistake,
}

/// The form below the graph; `chosen` is the step that is looked at.
pub(super) fn form(
    app: &App,
    id: &str,
    ids: &[&str],
    chosen: Option<&str>,
    refused: Option<&Refused>,
) -> Markup {
    let wrong = Mistaken(refused.map(|refused| &refused.mistake));
    let typed = refused.map(|refused| &refused.new);
    let after = typed.map_or(chosen.or(ids.last().copied()), |new| Some(&new.after));
    let registry = components();
    let all: Vec<&'static str> = registry.iter().map(|definition| definition.name).collect();
    html! {
        details.adding open[refused.is_some()] {
            summary { "Add a step" }
            form.stack.broad method="post" action=(format!("/dataflows/{id}/step/add")) {
                (csrf(app))
                label for="component" { "Component" }
                select id="component" name="component" required aria-invalid=[wrong.invalid("component")] aria-describedby=[wrong.described("component", "component-hint")] {
                    option value="" { "choose one" }
                    @for family in families(&all) {
                        optgroup label=(family) {
                            @for name in all.iter().filter(|name| family_of(name) == family) {
                                option value=(name) selected[typed.is_some_and(|new| new.component.trim() == *name)] { (name) }
                            }
                        }
                    }
                }
                (wrong.below("component"))
                p.hint id="component-hint" { "Its documentation and its parameters are shown when it is there." }
                label for="new-id" { "Id of the step" }
                input id="new-id" name="name" maxlength="100" autocomplete="off" spellcheck="false" value=[typed.map(|new| &new.name)]
                    aria-invalid=[wrong.invalid("new-id")] aria-describedby=[wrong.described("new-id", "new-id-hint")];
                (wrong.below("new-id"))
                p.hint id="new-id-hint" { "Any text that no other step has; empty: the name of the component." }
                label for="after" { "After" }
                select id="after" name="after" aria-invalid=[wrong.invalid("after")] aria-describedby=[wrong.described("after", "")] {
                    option value="" { "no step: it begins a way of its own" }
                    @for step in ids { option value=(step) selected[after == Some(*step)] { (step) } }
                }
                (wrong.below("after"))
                label for="place" { "There" }
                select id="place" name="place" { @for (place, words) in PLACES { option value=(place) selected[typed.is_some_and(|new| new.place == *place)] { (words) } } }
                div.row { button { "Add this step" } }
            }
        }
    }
}

/// The button that takes a step away.
pub(super) fn remove_button(app: &App, id: &str, step: &str) -> Markup {
    html! {
        form.inline method="post" action=(format!("/dataflows/{id}/step/remove")) {
            (csrf(app))
            input type="hidden" name="step" value=(step);
            button.quiet { "Remove this step" }
        }
    }
}

/// The first words of the names of components, each once, in their order.
fn families(names: &[&'static str]) -> Vec<&'static str> {
    let mut families: Vec<&str> = names.iter().copied().map(family_of).collect();
    families.dedup();
    families
}

/// `datasource.read` of `datasource.read.gigya.account`, `field` of `field.rename`.
fn family_of(name: &str) -> &str {
    let parts = if name.starts_with("datasource.") { 2 } else { 1 };
    let end = name.match_indices('.').nth(parts - 1).map_or(name.len(), |(at, _)| at);
    &name[..end]
}

/// `POST /dataflows/{id}/step/add`
pub(super) async fn add(
    State(app): State<App>,
    Path(id): Path<String>,
    Form(new): Form<New>,
) -> Result<Response, PageError> {
    let opened = Opened::of(&app, &id).await?;
    let mut document = opened.flow.content.clone();
    let step = match components().get(new.component.trim()) {
        Some(_) => added(&mut document, &new),
        None => Err(Mistake::at("component", PageError::bad("choose a component"))),
    };
    match step {
        Ok(step) => {
            save(&app, &opened, document).await?;
            Ok(Redirect::to(&graph::link(&format!("/dataflows/{id}"), &step)).into_response())
        }
        Err(mistake) => {
            let refused = Refused { new, mistake };
            let page = one::drawn(&app, &opened, None, Sent::Added(&refused)).await?;
            Ok(refused.mistake.answer(page))
        }
    }
}

/// `POST /dataflows/{id}/step/remove`
pub(super) async fn remove(
    State(app): State<App>,
    Path(id): Path<String>,
    Form(form): Form<HashMap<String, String>>,
) -> Result<Redirect, PageError> {
    let opened = Opened::of(&app, &id).await?;
    let step = form.get("step").cloned().unwrap_or_default();
    let mut document = opened.flow.content.clone();
    if !removed(&mut document, &step) {
        return Err(PageError::missing(format!("the dataflow has no step {step}")));
    }
    save(&app, &opened, document).await?;
    Ok(Redirect::to(&format!("/dataflows/{id}")))
}

async fn save(app: &App, opened: &Opened, document: Map<String, Value>) -> Result<(), PageError> {
    let saved = opened.idx.save(Some(&opened.flow.id), document).await?;
    app.note(match saved.faults {
        None => "Saved.",
        Some(_) => "Saved as a draft: it cannot run until its steps are complete.",
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_stand_in_families() {
        let names = ["datasource.read.a", "datasource.read.b", "datasource.write.a", "field.rename", "x"];
        assert_eq!(families(&names), ["datasource.read", "datasource.write", "field", "x"]);
    }
}
