//! The steps of a dataflow as a graph, checked before it runs.

mod connect;
mod finding;
mod parameters;
mod refused;
mod suggest;

pub use finding::{Finding, Severity};

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::component::{Built, Kind, Setup};
use crate::context::Context;
use crate::document::{Place, Read, StepDocument, open_slots};
use crate::expression;
use crate::registry::{Definition, Registry};

/// What a check is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To see what is wrong. Open slots, variables that are not set and secrets that are not there are warnings.
    Check,
    /// To run at once. Open slots, and secrets that are not there and whose step has no store in its place, are errors.
    Run,
}

/// A dataflow that can run.
#[derive(Clone, Debug)]
pub struct Graph {
    /// Its steps, in the order of the document.
    pub steps: Vec<Node>,
    /// The steps so that each comes after all that lead to it.
    pub order: Vec<usize>,
}

/// A step of a graph.
#[derive(Clone, Debug)]
pub struct Node {
    /// Its id.
    pub id: String,
    /// Its component.
    pub definition: Definition,
    /// The steps that get what it gives.
    pub next: Vec<usize>,
    /// The steps that get the records that failed.
    pub error: Vec<usize>,
    params: Json,
}

impl Node {
    /// Its parameters, with expressions resolved.
    #[must_use]
    pub fn params(&self) -> &Json {
        &self.params
    }

    /// Makes the step.
    ///
    /// # Errors
    /// What is wrong with its parameters; a graph that was checked has nothing wrong.
    pub fn build(&self, context: &Context) -> Built {
        self.definition.build(self.params.clone(), &Setup { step: &self.id, context })
    }
}

/// What a check finds.
#[derive(Clone, Debug)]
pub struct Checked {
    /// All that is wrong or doubtful, in the order of the file.
    pub findings: Vec<Finding>,
    /// The graph, if nothing is wrong.
    pub graph: Option<Graph>,
}

impl Checked {
    /// Whether something is wrong.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }
}

/// Checks a dataflow: all that is wrong with it at once, each with its place and what to do.
#[must_use]
pub fn check(read: &Read, registry: &Registry, context: &Context, purpose: Purpose) -> Checked {
    let mut check = Check { read, context, purpose, findings: Vec::new() };
    let documents = &read.dataflow.steps;
    let edges = check.connect(documents);
    let definitions: Vec<Option<Definition>> =
        documents.iter().enumerate().map(|(index, step)| check.definition(index, step, registry)).collect();
    check.kinds(documents, &definitions, &edges);
    let params: Vec<Json> = documents
        .iter()
        .enumerate()
        .map(|(index, step)| match &definitions[index] {
            Some(definition) => check.parameters(index, step, definition),
            None => Json::Null,
        })
        .collect();
    check.stores(documents);
    check.findings.sort_by_key(|finding| finding.place);
    let mut checked = Checked { findings: check.findings, graph: None };
    let definitions: Option<Vec<Definition>> = definitions.into_iter().collect();
    if let (false, Some(definitions)) = (checked.has_errors(), definitions) {
        let steps = documents.iter().zip(definitions).zip(params).zip(edges.pairs);
        checked.graph = Some(Graph {
            steps: steps
                .map(|(((step, definition), params), (next, error))| Node {
                    id: step.id.clone(),
                    definition,
                    next,
                    error,
                    params,
                })
                .collect(),
            order: edges.order,
        });
    }
    checked
}

/// A check under way.
struct Check<'a> {
    read: &'a Read,
    context: &'a Context,
    purpose: Purpose,
    findings: Vec<Finding>,
}

impl Check<'_> {
    fn place(&self, pointer: &str) -> Place {
        self.read.places.get(pointer)
    }

    /// Notes a finding about the step at `index`, at a JSON pointer below it.
    fn note(
        &mut self,
        severity: Severity,
        code: &'static str,
        index: usize,
        below: &str,
        message: String,
        help: impl Into<String>,
    ) {
        let place = self.place(&format!("/steps/{index}{below}"));
        self.note_at(place, severity, code, index, message, help);
    }

    /// Notes a finding about the step at `index`, at a place of its own.
    fn note_at(
        &mut self,
        place: Place,
        severity: Severity,
        code: &'static str,
        index: usize,
        message: String,
        help: impl Into<String>,
    ) {
        let step = self.read.dataflow.steps.get(index).map(|step| step.id.clone());
        self.findings.push(Finding { severity, code, step, place, message, help: help.into() });
    }

    /// The component that a step names.
    fn definition(&mut self, index: usize, step: &StepDocument, registry: &Registry) -> Option<Definition> {
        // The palette of a widely used builder writes some types with a space before them.
        let name = step.component.trim();
        if let Some(definition) = registry.get(name) {
            return Some(definition.clone());
        }
        match refused::reason(name) {
            Some((reason, help)) => self.note(
                Severity::Error,
                "refused_component",
                index,
                "/type",
                format!("`{name}` {reason}"),
                help,
            ),
            None => {
                let near = suggest::nearest(name, registry.iter().map(|definition| definition.name));
                let help = near.map_or_else(
                    || "`crosswalk flow components` lists them all".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                self.note(
                    Severity::Error,
                    "unknown_component",
                    index,
                    "/type",
                    format!("there is no component `{name}`"),
                    help,
                );
            }
        }
        None
    }

    /// The parameters of a step, resolved and held against its component.
    fn parameters(&mut self, index: usize, step: &StepDocument, definition: &Definition) -> Json {
        let mut params = Json::Object(step.params.clone().unwrap_or_default());
        let before = self.findings.len();
        let mut open = Vec::new();
        gather_slots(&params, "", &mut open);
        for (pointer, slot) in &open {
            let severity = if self.purpose == Purpose::Run { Severity::Error } else { Severity::Warning };
            let message = format!("the slot {{{{{slot}}}}} is not filled");
            self.note(
                severity,
                "open_slot",
                index,
                &format!("/params{pointer}"),
                message,
                format!("--set {slot}=VALUE"),
            );
        }
        let unset = self.unset_variables(index, &params);
        let context = if unset.is_empty() {
            Cow::Borrowed(self.context)
        } else {
            Cow::Owned(open_variables(self.context, &unset))
        };
        if let Err(message) = expression::resolve(&mut params, &context) {
            self.note(Severity::Error, "expression", index, "/params", message, "correct the expression");
        }
        for problem in parameters::fit(&definition.schema, &mut params) {
            let severity = problem.severity(self.purpose, self.context.stores.contains_key(&step.id));
            let pointer = format!("/steps/{index}/params{}", problem.pointer);
            let place =
                if problem.is_about_name() { self.read.places.name(&pointer) } else { self.place(&pointer) };
            self.note_at(place, severity, problem.code, index, problem.message, problem.help);
        }
        let sound = self.findings[before..].iter().all(|finding| finding.severity == Severity::Warning);
        if sound && open.is_empty() && unset.is_empty() {
            let setup = Setup { step: &step.id, context: self.context };
            if let Err(message) = definition.build(params.clone(), &setup) {
                self.note(
                    Severity::Error,
                    "parameters",
                    index,
                    "/params",
                    message,
                    format!("`crosswalk flow components` describes the parameters of {}", definition.name),
                );
            }
        }
        params
    }

    /// Variables of the site that a check does not know: a job must have them, a dataflow need not.
    fn unset_variables(&mut self, index: usize, params: &Json) -> Vec<String> {
        if self.purpose == Purpose::Run {
            return Vec::new();
        }
        let mut names = BTreeSet::new();
        expression::variables(params, &mut names);
        names.retain(|name| !self.context.variables.contains_key(name));
        for name in &names {
            let message = format!("the site variable <${name}$> is not set");
            let help = format!("--set {name}=VALUE");
            self.note(Severity::Warning, "open_variable", index, "/params", message, help);
        }
        names.into_iter().collect()
    }

    /// Each store that was given must belong to a step.
    fn stores(&mut self, documents: &[StepDocument]) {
        for id in self.context.stores.keys() {
            if !documents.iter().any(|step| &step.id == id) {
                let near = suggest::nearest(id, documents.iter().map(|step| step.id.as_str()));
                self.findings.push(Finding {
                    severity: Severity::Error,
                    code: "unknown_store",
                    step: None,
                    place: self.place("/steps"),
                    message: format!("--store names the step `{id}`, which is not there"),
                    help: near.map_or_else(String::new, |near| format!("did you mean `{near}`?")),
                });
            }
        }
    }
}

/// A context in which variables that are not set stand as open slots, which nothing is held against.
fn open_variables(context: &Context, unset: &[String]) -> Context {
    let mut context = context.clone();
    context.variables.extend(unset.iter().map(|name| (name.clone(), "{{variable}}".to_owned())));
    context
}

/// All open slots in the texts of a value, with the JSON pointers to them.
fn gather_slots(json: &Json, pointer: &str, found: &mut Vec<(String, String)>) {
    match json {
        Json::String(text) => {
            found.extend(open_slots(text).map(|slot| (pointer.to_owned(), slot.to_owned())));
        }
        Json::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                gather_slots(element, &format!("{pointer}/{index}"), found);
            }
        }
        Json::Object(members) => {
            for (name, member) in members {
                gather_slots(member, &format!("{pointer}/{}", crate::document::escaped(name)), found);
            }
        }
        _ => {}
    }
}

impl Kind {
    /// As a person says it.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Records => "records",
            Self::Files => "files",
        }
    }
}
