//! What a person says of one run of a dataflow: values for what is open in it, the site, folders in the place of stores.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;

use dataflow::document::{Read, slot_names};
use dataflow::expression::variables;
use dataflow::is_secret_name;
use engine::Failure;
use engine::dataflows::Order;
use gigya::Config;
use maud::{Markup, html};

use super::opened::Opened;
use super::stores;
use crate::app::App;
use crate::error::PageError;
use crate::memory::SourceChoice;

/// What a form says.
#[derive(Debug, Clone, Default)]
pub(super) struct Given {
    /// Values and site.
    pub(super) order: Order,
    /// Local folders in the place of the stores of steps, by step.
    pub(super) stores: BTreeMap<String, PathBuf>,
    /// Whether the person has seen what is written to a site elsewhere.
    pub(super) agreed: bool,
}

impl Given {
    /// Reads a form. One that confirms names the order that it confirms: values are not sent to the browser again.
    pub(super) fn read(
        app: &App,
        opened: &Opened,
        form: &HashMap<String, String>,
    ) -> Result<Self, PageError> {
        let stores = stores::given(form);
        if let Some(name) = form.get("order") {
            let order = opened.site.orders.get(name).ok_or_else(|| {
                PageError::bad("what was filled in is not known any more; fill it in again")
            })?;
            return Ok(Self { order, stores, agreed: true });
        }
        let value = |(name, value): (&String, &String)| {
            let name = name.strip_prefix("value.")?;
            (!value.is_empty()).then(|| (name.to_owned(), value.clone()))
        };
        let values = form.iter().filter_map(value).collect();
        let site = match form.get("site").map(String::as_str) {
            Some("source") => Some(elsewhere(app).ok_or_else(|| {
                Failure::refused(
                    "the keys of the site are not known any more; enter them again on page Source",
                )
            })?),
            _ => None,
        };
        Ok(Self { order: Order { site, values }, stores, agreed: false })
    }

    /// The site that its steps speak to.
    pub(super) fn site<'a>(&'a self, opened: &'a Opened) -> &'a Config {
        self.order.site.as_ref().unwrap_or(&opened.site.config)
    }

    /// The values as a dataflow is read with them.
    pub(super) fn slots(&self) -> impl Iterator<Item = (&str, &str)> {
        self.order.values.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// The site that is the source, when it is not the local one and its keys are known.
fn elsewhere(app: &App) -> Option<Config> {
    matches!(app.setup().memory().source, Some(SourceChoice::Site { .. }))
        .then(|| app.setup().site())
        .flatten()
}

/// The names of what is open in a dataflow: slots `{{NAME}}` and variables `<$NAME$>`.
pub(super) fn open_names(text: &str) -> BTreeSet<String> {
    let Ok(read) = Read::new(text, []) else { return BTreeSet::new() };
    let mut names = slot_names(&read.dataflow);
    for step in &read.dataflow.steps {
        if let Some(params) = &step.params {
            variables(&serde_json::Value::Object(params.clone()), &mut names);
        }
    }
    names
}

/// Fields for the site and for each name that is open; `given` is offered again, secrets excepted.
pub(super) fn fields(app: &App, opened: &Opened, given: &Given) -> Markup {
    let names = &opened.open;
    let site = elsewhere(app);
    html! {
        @if let Some(site) = &site {
            label for="site" { "Site" }
            select id="site" name="site" aria-describedby="site-hint" {
                option value="local" { "the local site" }
                option value="source" selected[given.order.site.is_some()] { (site.address) ", API key " (site.api_key) }
            }
            p.hint id="site-hint" { "Steps that speak to Gigya speak to this site. A site elsewhere is read in full, and you are asked before anything is written to it." }
        }
        @if !names.is_empty() {
            fieldset.broad aria-describedby="open-hint" {
                legend { "What is open in this dataflow" }
                p.hint id="open-hint" { "Slots " code { "{{NAME}}" } " and variables of the site " code { "<$NAME$>" } ". What you fill in counts for this run and is kept in memory only." }
                @for (at, name) in names.iter().enumerate() {
                    @let id = format!("value-{at}");
                    label for=(id) { (name) }
                    @if is_secret_name(name) {
                        input id=(id) name=(format!("value.{name}")) type="password" autocomplete="off";
                    } @else {
                        input id=(id) name=(format!("value.{name}")) autocomplete="off" spellcheck="false" value=[given.order.values.get(name)];
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_and_variables_are_found_wherever_they_stand() {
        let text = r#"{"name": "n", "steps": [{"id": "a", "type": "t", "params": {
            "x": "{{ folder }}/<$HOST$>/{{name}}", "list": [{"y": "<$ONE$><$TWO$>"}], "not": "{ {a}} <$ open"}}]}"#;
        let names: Vec<String> = open_names(text).into_iter().collect();
        assert_eq!(names, ["HOST", "ONE", "TWO", "folder", "name"]);
        assert!(open_names("{").is_empty());
    }
}
