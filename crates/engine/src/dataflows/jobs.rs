//! Jobs of the local site: its schedulings run here, through the same graph and runner as `crosswalk flow run`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use dataflow::context::Context;
use dataflow::document::Read;
use dataflow::graph::{self, Checked, Finding, Graph, Purpose, STORE_NOT_BUILT, Severity};
use dataflow::log::Level;
use dataflow::runner::{Job, Mode, Status, Watch};
use dataflow::{Component as _, Registry, Site};
use gigya::{Address, Config, Credentials};
use jiff::Timestamp;
use migration::flow::Users;
use secrecy::SecretString;
use serde_json::Value;
use site::Ready;
use site::idx::{Failed, Flows, Progress, Run, Running};
use tokio::sync::watch;

use super::losses;
use super::orders::{Order, Orders};
use super::report::Listener;
use super::work::WorkFolder;
use crate::Home;

/// How often the counters of a job are looked at.
const LOOK: Duration = Duration::from_millis(500);

/// A member of a scheduling that Gigya does not know: local folders in the place of the stores of steps, by step. It counts
/// before [`Jobs::stores`].
pub const STORES: &str = "stores";

/// Another such member: the name of one of [`Jobs::orders`].
pub const ORDER: &str = "order";

/// What the site is given to check and run dataflows with.
#[derive(Debug)]
pub struct Jobs {
    /// Where jobs have their work folders.
    pub home: Home,
    /// The components that dataflows may have.
    pub registry: Registry,
    /// Local folders in the place of stores, by `DATAFLOW/STEP`: name or id of the dataflow, id of the step.
    pub stores: Vec<(String, PathBuf)>,
    /// What people have said of single jobs.
    pub orders: Orders,
}

impl Flows for Jobs {
    fn check(&self, dataflow: &Value) -> Result<(), Vec<String>> {
        let context = Context::new(Timestamp::now(), "check", ".");
        self.checked(dataflow, &context, Purpose::Check).map(drop)
    }

    fn run(&self, run: Run) -> Running {
        let prepared = self.prepare(&run);
        Box::pin(async move {
            let Prepared { graph, context, listener, _work: work } = prepared.map_err(Failed::from)?;
            let done = carry_out(&graph, &context, &listener, &run.progress).await;
            drop(work);
            done
        })
    }
}

/// All that an attempt needs.
struct Prepared {
    graph: Graph,
    context: Context,
    listener: Listener,
    _work: WorkFolder,
}

impl Jobs {
    /// Judges a dataflow: its graph, if nothing is wrong with it.
    fn checked(&self, dataflow: &Value, context: &Context, purpose: Purpose) -> Result<Checked, Vec<String>> {
        let values = context.variables.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let read = Read::new(&dataflow.to_string(), values)
            .map_err(|wrong| wrong.into_iter().map(|one| one.message).collect::<Vec<_>>())?;
        let checked = graph::check(&read, &self.registry, context, purpose);
        let errors = checked.findings.iter().filter(|finding| finding.severity == Severity::Error);
        // Lines are those of a text that nobody has seen, so they are left out.
        let told: Vec<String> = errors.map(|finding| told(&dataflow["name"], finding)).collect();
        if told.is_empty() { Ok(checked) } else { Err(told) }
    }

    /// The folders for the steps of a dataflow.
    fn stores_of(&self, dataflow: &Value, scheduling: &Value) -> BTreeMap<String, PathBuf> {
        let flows = ["name", "id"].map(|name| dataflow[name].as_str().unwrap_or_default());
        let steps = dataflow["steps"].as_array().into_iter().flatten().filter_map(|step| step["id"].as_str());
        let folder = |step: &str| {
            let is_meant = |place: &str| flows.iter().any(|flow| place == format!("{flow}/{step}"));
            let named = scheduling[STORES][step].as_str().map(PathBuf::from);
            let usual = || self.stores.iter().rev().find(|(place, _)| is_meant(place));
            named.or_else(|| usual().map(|(_, folder)| folder.clone()))
        };
        steps.filter_map(|step| Some((step.to_owned(), folder(step)?))).collect()
    }

    /// What a person has said of the job, if it was started by one.
    fn order_of(&self, scheduling: &Value) -> Result<Order, String> {
        let Some(name) = scheduling[ORDER].as_str() else { return Ok(Order::default()) };
        self.orders.get(name).ok_or_else(|| {
            "what was filled in for this job, and the keys of its site, were kept in memory and are gone; run it again".to_owned()
        })
    }

    fn prepare(&self, run: &Run) -> Result<Prepared, String> {
        let work = WorkFolder::create(&self.home, &run.job).map_err(|failure| failure.to_string())?;
        let time = |ms| Timestamp::from_millisecond(ms).map_err(|error| error.to_string());
        let listener = Listener::default();
        let level = if run.scheduling["logLevel"] == "error" { Level::Error } else { Level::Info };
        let Order { site, values } = self.order_of(&run.scheduling)?;
        let site = site.map_or_else(|| own(&run.site), Ok)?;
        let mut context = Context {
            api_key: site.api_key.clone(),
            // What was filled in for this job counts before what the site has.
            variables: run.variables.0.clone().into_iter().chain(values).collect(),
            stores: self.stores_of(&run.dataflow, &run.scheduling),
            last_run: run.since_ms.map(time).transpose()?,
            full_extract: run.since_ms.is_none(),
            limit: run.limit,
            log: listener.log(level),
            ..Context::new(time(run.now_ms)?, run.job.clone(), work.path())
        };
        context.services.insert(Arc::new(Site::new(site).map_err(|error| error.to_string())?));
        let checked =
            self.checked(&run.dataflow, &context, Purpose::Run).map_err(|wrong| wrong.join("; "))?;
        let graph = checked.graph.ok_or("the dataflow has no graph")?;
        if let Some(writer) = graph.steps.iter().find(|node| node.definition.name == Users::TYPE) {
            return Err(format!(
                "step `{}` imports users into a tenant, which is a migration and no job of a site: crosswalk migrate --flow",
                writer.id
            ));
        }
        Ok(Prepared { graph, context, listener, _work: work })
    }
}

/// A finding, without its place.
fn told(dataflow: &Value, finding: &Finding) -> String {
    let Some(step) = &finding.step else { return finding.message.clone() };
    let help = match finding.code {
        // Here a folder is given for the step of a dataflow.
        STORE_NOT_BUILT => {
            let place = format!("{}/{step}", dataflow.as_str().unwrap_or_default());
            format!("; build it with `--features stores`, or start the site with --store {place:?}=DIR")
        }
        _ => String::new(),
    };
    format!("step `{step}`: {}{help}", finding.message)
}

async fn carry_out(
    graph: &Graph,
    context: &Context,
    listener: &Listener,
    progress: &Progress,
) -> Result<(), Failed> {
    let job =
        Job::new(graph, context, Mode::Streaming).map_err(|failure| Failed::from(failure.to_string()))?;
    let watch = job.watch();
    // Never sent: the site drops the job when it stops, or when somebody kills it.
    let (_stop, stopped) = watch::channel(false);
    let mut running = std::pin::pin!(job.run(stopped));
    let outcome = loop {
        tokio::select! {
            outcome = &mut running => break outcome,
            () = tokio::time::sleep(LOOK) => {
                look(&watch, progress);
                tell(listener, &watch, progress);
            }
        }
    };
    progress.set(outcome.records, outcome.records - outcome.unrouted.min(outcome.records));
    tell(listener, &watch, progress);
    match &outcome.status {
        Status::Succeeded => match losses::of(graph, &outcome, &listener.reasons()) {
            None => Ok(()),
            Some(losses) if losses.is_all => Err(Failed { reason: losses.words, lasting: true }),
            Some(losses) => {
                progress.remark(losses.words);
                Ok(())
            }
        },
        Status::Failed(failure) => Err(failure.to_string().into()),
        Status::Stopped => Err("it was stopped".to_owned().into()),
    }
}

fn tell(listener: &Listener, watch: &Watch, progress: &Progress) {
    // Counters and texts are always JSON.
    progress.tell(serde_json::to_value(listener.report(watch)).unwrap_or_default());
}

/// Records that were read, and those that the step which has received fewest of them has seen.
fn look(watch: &Watch, progress: &Progress) {
    let total = watch.records();
    let seen = watch.steps().iter().filter(|step| step.received > 0).map(|step| step.received).min();
    progress.set(total, seen.unwrap_or(0).min(total));
}

/// The site that runs the job.
fn own(site: &Ready) -> Result<Config, String> {
    Ok(Config {
        address: Address::parse(&site.url).map_err(|error| error.to_string())?,
        api_key: site.api_key.clone(),
        credentials: Credentials::Signature {
            user_key: site.user_key.clone(),
            secret: SecretString::from(site.secret.clone()),
        },
        ca: site.ca.clone(),
    })
}

#[cfg(test)]
mod tests {
    use dataflow::document::Place;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_store_that_this_build_lacks_is_given_to_the_site_by_dataflow_and_step() {
        let finding = |code| Finding {
            severity: Severity::Error,
            code,
            step: Some("to S3".to_owned()),
            place: Place::default(),
            message: "it is not here".to_owned(),
            help: "--store \"to S3\"=DIR".to_owned(),
        };
        assert_eq!(
            told(&json!("export"), &finding(STORE_NOT_BUILT)),
            "step `to S3`: it is not here; build it with `--features stores`, or start the site with --store \"export/to S3\"=DIR"
        );
        assert_eq!(told(&json!("export"), &finding("other")), "step `to S3`: it is not here");
    }
}
