//! Jobs of the local site: its schedulings run here, through the same graph and runner as `crosswalk flow run`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ::dataflow::context::Context;
use ::dataflow::document::Read;
use ::dataflow::graph::{self, Checked, Purpose, Severity};
use ::dataflow::runner::{Job, Mode, Status, Watch};
use ::dataflow::{Site, components};
use gigya::{Address, Config, Credentials};
use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::Value;
use site::Ready;
use site::idx::{Flows, Progress, Run, Running};
use tokio::sync::watch;

use super::work::WorkFolder;

/// How often the counters of a job are looked at.
const LOOK: Duration = Duration::from_millis(500);

/// What the site is given to check and run dataflows with. It has the components of IdentitySync and none of ours.
#[derive(Debug)]
pub(crate) struct Jobs {
    /// Local folders in the place of stores, by `DATAFLOW/STEP`: name or id of the dataflow, id of the step.
    pub(crate) stores: Vec<(String, PathBuf)>,
}

impl Flows for Jobs {
    fn check(&self, dataflow: &Value) -> Result<(), Vec<String>> {
        let context = Context::new(Timestamp::now(), "check", ".");
        checked(dataflow, &context, Purpose::Check).map(drop)
    }

    fn run(&self, run: Run) -> Running {
        Box::pin(carry_out(self.stores_of(&run.dataflow), run))
    }
}

impl Jobs {
    /// The folders for the steps of a dataflow.
    fn stores_of(&self, dataflow: &Value) -> BTreeMap<String, PathBuf> {
        let flows = ["name", "id"].map(|name| dataflow[name].as_str().unwrap_or_default());
        let steps = dataflow["steps"].as_array().into_iter().flatten().filter_map(|step| step["id"].as_str());
        let folder = |step: &str| {
            let is_meant = |place: &str| flows.iter().any(|flow| place == format!("{flow}/{step}"));
            self.stores.iter().rev().find(|(place, _)| is_meant(place)).map(|(_, folder)| folder.clone())
        };
        steps.filter_map(|step| Some((step.to_owned(), folder(step)?))).collect()
    }
}

/// Judges a dataflow: its graph, if nothing is wrong with it.
fn checked(dataflow: &Value, context: &Context, purpose: Purpose) -> Result<Checked, Vec<String>> {
    let read = Read::new(&dataflow.to_string(), [])
        .map_err(|wrong| wrong.into_iter().map(|one| one.message).collect::<Vec<_>>())?;
    let checked = graph::check(&read, &components::all(), context, purpose);
    let errors = checked.findings.iter().filter(|finding| finding.severity == Severity::Error);
    // Lines are those of a text that nobody has seen, so they are left out.
    let told: Vec<String> = errors
        .map(|finding| match &finding.step {
            Some(step) => format!("step `{step}`: {}", finding.message),
            None => finding.message.clone(),
        })
        .collect();
    if told.is_empty() { Ok(checked) } else { Err(told) }
}

async fn carry_out(stores: BTreeMap<String, PathBuf>, run: Run) -> Result<(), String> {
    let work = WorkFolder::create(&run.job).map_err(|failure| failure.to_string())?;
    let time = |ms| Timestamp::from_millisecond(ms).map_err(|error| error.to_string());
    let mut context = Context {
        api_key: run.site.api_key.clone(),
        stores,
        last_run: run.since_ms.map(time).transpose()?,
        full_extract: run.since_ms.is_none(),
        limit: run.limit,
        ..Context::new(time(run.now_ms)?, run.job.clone(), work.path())
    };
    context.services.insert(Arc::new(own(&run.site)?));
    let checked = checked(&run.dataflow, &context, Purpose::Run).map_err(|wrong| wrong.join("; "))?;
    let graph = checked.graph.ok_or("the dataflow has no graph")?;
    let job = Job::new(&graph, &context, Mode::Streaming).map_err(|failure| failure.to_string())?;
    let watch = job.watch();
    // Never sent: the site drops the job when it stops.
    let (_stop, stopped) = watch::channel(false);
    let mut running = std::pin::pin!(job.run(stopped));
    let outcome = loop {
        tokio::select! {
            outcome = &mut running => break outcome,
            () = tokio::time::sleep(LOOK) => look(&watch, &run.progress),
        }
    };
    run.progress.set(outcome.records, outcome.records - outcome.unrouted.min(outcome.records));
    match outcome.status {
        Status::Succeeded => Ok(()),
        Status::Failed(failure) => Err(failure.to_string()),
        Status::Stopped => Err("it was stopped".to_owned()),
    }
}

/// Records that were read, and those that the step which has received fewest of them has seen.
fn look(watch: &Watch, progress: &Progress) {
    let total = watch.records();
    let seen = watch.steps().iter().filter(|step| step.received > 0).map(|step| step.received).min();
    progress.set(total, seen.unwrap_or(0).min(total));
}

/// The site that runs the job.
fn own(site: &Ready) -> Result<Site, String> {
    let config = Config {
        address: Address::parse(&site.url).map_err(|error| error.to_string())?,
        api_key: site.api_key.clone(),
        credentials: Credentials::Signature {
            user_key: site.user_key.clone(),
            secret: SecretString::from(site.secret.clone()),
        },
        ca: site.ca.clone(),
    };
    Site::new(config).map_err(|error| error.to_string())
}
