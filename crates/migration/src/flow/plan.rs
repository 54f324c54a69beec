//! What a flow is as a migration.

use dataflow::Component;
use dataflow::graph::{Graph, Node};
use serde::Deserialize;

use super::READER;
use super::lazily::difference;
use super::user::MapUser;
use super::users::WriteUsers;
use crate::export::{ExportOptions, Query};
use crate::prepare::Kind;

/// A flow that is a migration.
#[derive(Debug)]
pub struct Plan {
    /// The text of the mapping document.
    pub mapping: String,
    /// What the writer is asked for.
    pub users: WriteUsers,
    /// How the records come.
    pub way: Way,
    /// Why users who come over at their first login would not be those that the flow makes; none when they are.
    pub only_in_bulk: Option<String>,
}

/// How the records of a migration come.
#[derive(Debug)]
pub enum Way {
    /// Reader → `record.auth0.user` → writer: by the export of the site, without the runner.
    Export(ExportOptions),
    /// The runner brings accounts to the writer, past this step, whose mapping prepare carries out.
    Accounts(String),
    /// The runner brings users to the writer.
    Users,
}

/// Why a flow is no migration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// No writer, or several.
    #[error("a migration is a flow with one step datasource.write.auth0.users, and this one has {0}")]
    Writers(usize),
    /// The parameters of a step; a graph that was checked has none such.
    #[error("step `{0}`: {1}")]
    Parameters(String, String),
}

impl Plan {
    /// Looks at a graph that was checked.
    ///
    /// # Errors
    /// [`PlanError`]
    pub fn of(graph: &Graph) -> Result<Self, PlanError> {
        let writers: Vec<usize> = of_type::<WriteUsers>(graph);
        let [writer] = writers[..] else { return Err(PlanError::Writers(writers.len())) };
        let users: WriteUsers = params(&graph.steps[writer])?;
        let (mapping, way, only_in_bulk) = match only_way_to::<MapUser>(graph, writer) {
            None => {
                let why = "record.auth0.user does not stand right before datasource.write.auth0.users";
                (mapping::DEFAULT.to_owned(), Way::Users, Some(why.to_owned()))
            }
            Some(mapper) => {
                let node = &graph.steps[mapper];
                let document = params::<MapUser>(node)?.document();
                let document = document.map_err(|error| PlanError::Parameters(node.id.clone(), error))?;
                let way = match export(graph, mapper) {
                    Some(options) => Way::Export(options),
                    None => Way::Accounts(node.id.clone()),
                };
                let only_in_bulk = difference(graph, mapper, &document);
                (document, way, only_in_bulk)
            }
        };
        Ok(Self { mapping, users, way, only_in_bulk })
    }

    /// Whether users may be left for their first login.
    ///
    /// # Errors
    /// Why not, and what to do.
    pub fn may_leave(&self) -> Result<(), String> {
        self.only_in_bulk.as_ref().map_or(Ok(()), |why| {
            Err(format!(
                "users cannot be left for their first login (lazy: leave): {why}, and the login of a user who was left knows \
                 the site and the mapping alone, so that user would come over as another. Import them all (lazy: reset), or \
                 take it out of the flow and put what it does into the mapping"
            ))
        })
    }

    /// What prepare gets.
    #[must_use]
    pub fn kind(&self) -> Kind {
        if matches!(self.way, Way::Users) { Kind::Users } else { Kind::Accounts }
    }

    /// The step whose mapping prepare carries out.
    pub(super) fn mapped_later(&self) -> Option<&str> {
        match &self.way {
            Way::Accounts(step) => Some(step),
            Way::Export(_) | Way::Users => None,
        }
    }
}

fn of_type<C: Component>(graph: &Graph) -> Vec<usize> {
    (0..graph.steps.len()).filter(|step| graph.steps[*step].definition.name == C::TYPE).collect()
}

fn params<P: for<'de> Deserialize<'de>>(node: &Node) -> Result<P, PlanError> {
    serde_json::from_value(node.params().clone())
        .map_err(|error| PlanError::Parameters(node.id.clone(), error.to_string()))
}

/// The step through which everything comes to `to`, and which leads nowhere else, if it is of this component.
fn only_way_to<C: Component>(graph: &Graph, to: usize) -> Option<usize> {
    let leads = |node: &Node| node.next.contains(&to) || node.error.contains(&to);
    let before: Vec<usize> = (0..graph.steps.len()).filter(|step| leads(&graph.steps[*step])).collect();
    let [one] = before[..] else { return None };
    let node = &graph.steps[one];
    (node.definition.name == C::TYPE && node.next == [to] && node.error.is_empty()).then_some(one)
}

/// The reader of accounts, as far as an export reads the same. `deltaField` and `maxConcurrency` do not tell what is read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Reader {
    select: String,
    #[serde(default = "accounts")]
    from: String,
    #[serde(default = "full")]
    account_types: String,
    #[serde(default, rename = "where")]
    condition: String,
    #[serde(default)]
    batch_size: Option<u32>,
    #[serde(default, rename = "deltaField")]
    _delta_field: Option<String>,
    #[serde(default, rename = "maxConcurrency")]
    _max_concurrency: Option<u32>,
}

fn accounts() -> String {
    "accounts".to_owned()
}

fn full() -> String {
    "full".to_owned()
}

/// How an export reads what a flow of a reader, `mapper` and the writer reads; none when the flow has another form, or the
/// reader asks for what an export does not read.
fn export(graph: &Graph, mapper: usize) -> Option<ExportOptions> {
    let reader = graph.steps.iter().find(|node| node.next == [mapper] && node.definition.name == READER)?;
    let reader: Reader = (graph.steps.len() == 3).then(|| params(reader).ok()).flatten()?;
    if reader.from != "accounts" || !reader.condition.trim().is_empty() {
        return None;
    }
    let mut options = ExportOptions {
        query: Query::of_select(&reader.select, &reader.account_types)?,
        ..ExportOptions::default()
    };
    if let Some(size) = reader.batch_size {
        options.page = size.clamp(1, 10_000);
    }
    Some(options)
}
