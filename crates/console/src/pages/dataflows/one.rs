//! `GET /dataflows/{id}?step=ID`: the graph, what a check finds, and one step.

use axum::extract::{Path, Query, State};
use dataflow::document::Read;
use maud::{Markup, html};
use serde::Deserialize;

use super::opened::Opened;
use super::{findings, graph, reshape, source, step};
use crate::app::App;
use crate::error::PageError;
use crate::ui::prose;

#[derive(Deserialize)]
pub(super) struct Wanted {
    step: Option<String>,
}

pub(super) async fn show(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Markup, PageError> {
    let opened = Opened::of(&app, &id).await?;
    drawn(&app, &opened, wanted.step.as_deref(), Sent::Nothing).await
}

/// A form of the page that was sent and not taken, with why.
#[derive(Clone, Copy)]
pub(super) enum Sent<'a> {
    Nothing,
    /// That of the step that is looked at.
    Step(&'a step::Attempt),
    /// That of a new step.
    Added(&'a reshape::Refused),
}

/// The page.
pub(super) async fn drawn(
    app: &App,
    opened: &Opened,
    chosen: Option<&str>,
    sent: Sent<'_>,
) -> Result<Markup, PageError> {
    let (attempt, refused) = match sent {
        Sent::Nothing => (None, None),
        Sent::Step(attempt) => (Some(attempt), None),
        Sent::Added(refused) => (None, Some(refused)),
    };
    let found = opened.findings(&opened.text).await?;
    let path = format!("/dataflows/{}", opened.flow.id);
    let read = Read::new(&opened.text, []);
    let main = html! {
        @match &read {
            Err(_) => (findings::list(&found, &path)),
            Ok(read) => {
                @let ids = read.dataflow.steps.iter().map(|step| step.id.as_str()).collect::<Vec<_>>();
                @if let Some(description) = &read.dataflow.description { p { (prose(description)) } }
                (graph::drawn(&read.dataflow, &path, chosen, &found))
                (findings::list(&found, &path))
                @if found.is_empty() { p.hint { "The check finds nothing wrong." } }
                (reshape::form(app, &opened.flow.id, &ids, chosen, refused))
                @match chosen.and_then(|chosen| read.dataflow.steps.iter().find(|step| step.id == chosen)) {
                    Some(chosen) => {
                        div.beside {
                            (step::form(app, &opened.flow.id, &read.dataflow, chosen, attempt))
                            section aria-labelledby="json" {
                                h2 id="json" { "Its JSON" }
                                (beside(opened, read, &chosen.id, &found))
                                p { a href=(format!("{path}/source")) { "Edit the whole source" } }
                            }
                        }
                    }
                    None => {
                        div.next { p { "Choose a step in the graph to see and change it." } a.button href=(format!("{path}/try")) { "Try it with ten records" } }
                    }
                }
            }
        }
    };
    Ok(super::page(app, opened, "", main))
}

/// The lines of a step, with what is wrong.
fn beside(opened: &Opened, read: &Read, step: &str, found: &[dataflow::graph::Finding]) -> Markup {
    let steps = &read.dataflow.steps;
    let Some(index) = steps.iter().position(|one| one.id == step) else { return html! {} };
    let from = read.places.get(&format!("/steps/{index}")).line;
    let lines: Vec<&str> = opened.text.lines().collect();
    // In the manner in which it is written here, a step ends before the next begins or with the list.
    let to = if index + 1 < steps.len() {
        read.places.get(&format!("/steps/{}", index + 1)).line - 1
    } else {
        let end = lines.iter().skip(from).position(|line| line.starts_with("  ]"));
        end.map_or(lines.len(), |end| from + end)
    };
    source::listing_from(&lines[from - 1..to.min(lines.len())], from, &findings::by_line(found))
}
