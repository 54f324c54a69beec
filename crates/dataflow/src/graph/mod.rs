//! The steps of a dataflow as a graph, checked before it runs.

mod connect;
mod files;
mod finding;
mod members;
mod parameters;
mod refused;
mod replaced;
pub(crate) mod suggest;
mod values;

pub use finding::{Finding, Severity};
pub use replaced::STORE_NOT_BUILT;
pub use values::unknown_values;

use std::borrow::Cow;
use std::collections::BTreeSet;

use schemars::Schema;
use serde_json::Value as Json;

use crate::component::{Built, Kind, Setup};
use crate::context::Context;
use crate::document::{Place, Read, StepDocument, open_slots};
use crate::expression;
use crate::reference;
use crate::registry::{Definition, Registry};

/// What a check is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To see what is wrong. Open slots, variables that are not set and secrets that are not there are warnings.
    Check,
    /// To run at once. Open slots, and secrets that are not there and whose step has no store in its place, are errors.
    Run,
    /// To try it out, which writes nothing: as to run, but what only a writer lacks is a warning.
    Try,
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
    check.members(documents);
    check.name();
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
    check.stores(documents, &definitions);
    check.files(documents, &definitions, &edges, &params);
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

    /// Open slots in the name of the flow itself, which nothing fails for.
    fn name(&mut self) {
        for slot in open_slots(&self.read.dataflow.name) {
            let (place, code) = (self.place("/name"), "open_slot");
            let message = format!("the slot {{{{{slot}}}}} in the name of the flow is not filled");
            let help = format!("--set {slot}=VALUE");
            self.findings.push(Finding {
                severity: Severity::Warning,
                code,
                step: None,
                place,
                message,
                help,
            });
        }
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
        self.not_built(index, step, definition);
        self.forget_place(step, definition, &mut params);
        let before = self.findings.len();
        let mut open = Vec::new();
        gather_slots(&params, "", &mut open);
        let severity = self.lack(definition);
        for (pointer, slot) in &open {
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
        self.unknown_expressions(index, "/params", &params, &definition.schema);
        let unset = self.unset_variables(index, step, definition, &params);
        let context = match unset.is_empty() {
            true => Cow::Borrowed(self.context),
            false => Cow::Owned(open_variables(self.context, &unset)),
        };
        if let Err(message) = expression::resolve(&mut params, &context) {
            self.note(Severity::Error, "expression", index, "/params", message, "correct the expression");
        }
        for problem in parameters::fit(&definition.schema, &mut params) {
            if problem.is_about_secret() && self.is_replaced(step, definition) {
                continue;
            }
            let severity = problem.severity(self.lack(definition));
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

    /// Variables of the site that a check does not know: a job must have them, unless they are about a store that a folder
    /// stands in for.
    fn unset_variables(
        &mut self,
        index: usize,
        step: &StepDocument,
        definition: &Definition,
        params: &Json,
    ) -> Vec<String> {
        if self.lack(definition) == Severity::Error && !self.is_replaced(step, definition) {
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

    /// `${…}` that is no expression stays as it is. Where it means something else, a group or a script, and in secrets,
    /// nobody looks.
    fn unknown_expressions(&mut self, index: usize, below: &str, json: &Json, schema: &Schema) {
        match json {
            Json::String(text) => {
                for name in expression::unknown(text, self.context) {
                    let message = format!("`${{{name}}}` is no expression, and stays as it is");
                    let help = "expressions are ${now}, ${now:PATTERN}, ${now-1h}, ${jobId} and ${apiKey}";
                    self.note(Severity::Warning, "unknown_expression", index, below, message, help);
                }
            }
            Json::Array(elements) => {
                for (at, element) in elements.iter().enumerate() {
                    self.unknown_expressions(index, &format!("{below}/{at}"), element, schema);
                }
            }
            Json::Object(members) => {
                let other = |name: &str| ["regex", "replacement", "expression", "script"].contains(&name);
                let looked = members.iter().filter(|(name, _)| {
                    !other(name) && !reference::secret(&schema.as_value()["properties"][name.as_str()])
                });
                for (name, member) in looked {
                    let below = format!("{below}/{}", crate::document::escaped(name));
                    self.unknown_expressions(index, &below, member, schema);
                }
            }
            _ => {}
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
