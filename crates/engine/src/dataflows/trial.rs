//! Dry runs.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use dataflow::Site;
use dataflow::context::Context;
use dataflow::document::Read;
use dataflow::graph::{Finding, Purpose, check};
use dataflow::runner::trial::{self, Trial};
use migration::flow::components;
use tokio::sync::watch;

use super::WorkFolder;
use crate::home::new_name;
use crate::{Failure, Home};

/// What a dataflow meets when it runs.
#[derive(Debug, Clone, Default)]
pub struct Around {
    /// The site of the steps that speak to Gigya.
    pub site: Option<gigya::Config>,
    /// What `${apiKey}` stands for.
    pub api_key: String,
    /// Local folders in the place of the stores of steps, by step.
    pub stores: BTreeMap<String, PathBuf>,
    /// Variables of the site, by name.
    pub variables: BTreeMap<String, String>,
}

/// What came of a dry run.
#[derive(Debug)]
pub enum Tried {
    /// It ran, perhaps to the step that failed.
    Ran(Trial),
    /// It cannot run: what is wrong with it.
    CannotRun(Vec<Finding>),
}

/// Runs a dataflow on the first records that its readers give, at most `records` of them, and writes nothing. Everything is
/// read as with `fullExtract`.
///
/// # Errors
/// When there is no place for the files between its steps, or the site's configuration cannot be used.
pub async fn try_out(
    home: &Home,
    read: &Read,
    around: Around,
    records: u64,
    stop: watch::Receiver<bool>,
) -> Result<Tried, Failure> {
    let job = format!("{}-{}", new_name(), std::process::id());
    let work = WorkFolder::create(home, &job)?;
    let mut context = Context {
        api_key: around.api_key,
        stores: around.stores,
        variables: around.variables,
        ..Context::new(jiff::Timestamp::now(), job, work.path())
    };
    if let Some(site) = around.site {
        context.services.insert(Arc::new(Site::new(site).map_err(Failure::usage)?));
    }
    let checked = check(read, &components(), &context, Purpose::Try);
    let Some(graph) = checked.graph else { return Ok(Tried::CannotRun(checked.findings)) };
    let trial = trial::run(&graph, &context, records, stop).await;
    trial.map(Tried::Ran).map_err(Failure::usage)
}
