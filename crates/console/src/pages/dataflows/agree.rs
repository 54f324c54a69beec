//! The question before a dataflow writes to a site that is not on this machine.

use std::collections::HashMap;

use engine::dataflows::SiteWriter;
use maud::{Markup, html};

use super::opened::Opened;
use super::order::Given;
use crate::app::App;
use crate::ui::csrf;

/// What is written where, and the button that says yes. The form carries what was filled in by the name of the order that
/// keeps it.
pub(super) fn shown(
    app: &App,
    opened: &Opened,
    given: &Given,
    writers: &[SiteWriter],
    form: &HashMap<String, String>,
) -> Markup {
    let path = format!("/dataflows/{}", opened.flow.id);
    let site = given.site(opened);
    let order = opened.site.orders.keep(given.order.clone());
    let again = form
        .iter()
        .filter(|(name, _)| matches!(name.as_str(), "full" | "limit") || name.starts_with("store."));
    let main = html! {
        div.problem role="alert" {
            p { strong { "This dataflow writes to a site that is not on this machine: " (site.address) ", API key " (site.api_key) "." } }
            ul { @for writer in writers {
                li {
                    "Step " strong { (writer.step) } ": " code { (writer.component) }
                    @if let Some(method) = &writer.method { ", " (method) }
                    @if let Some(key) = &writer.other_key { ", API key " (key) }
                }
            } }
            p { "What it writes there changes accounts of people. A dry run writes nothing." }
        }
        form.row method="post" action=(format!("{path}/run")) {
            (csrf(app))
            input type="hidden" name="order" value=(order);
            @for (name, value) in again { input type="hidden" name=(name) value=(value); }
            button { "Run it and write to this site" }
            a href=(format!("{path}/try")) { "Try it first" }
            a href=(format!("{path}/run")) { "Do not run it" }
        }
    };
    super::page(app, opened, "/run", main)
}
