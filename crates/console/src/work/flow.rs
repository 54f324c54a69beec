//! A dataflow of the local site as the source of a run.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use dataflow::Site;
use dataflow::context::Context;
use dataflow::document::Read;
use dataflow::graph::{Purpose, Severity, check};
use engine::Failure;
use engine::dataflows::{Order, Recorder, WorkFolder};
use engine::home::new_name;
use gigya::Client;
use migration::export::ExportOptions;
use migration::flow::{Plan, Way, components};
use migration::prepare::Kind;
use migration::report::Report;
use migration::screen::{Lazy, Policies};
use site::idx::IdentitySync;

use super::{Item, State};
use crate::setup::Setup;
use crate::source;

/// What a dataflow brings to prepare.
pub(super) struct Brought {
    pub(super) files: Vec<PathBuf>,
    pub(super) kind: Kind,
    /// The text of its mapping.
    pub(super) document: String,
    /// The policies with what its writer asks for.
    pub(super) policies: Policies,
    name: String,
    recorder: Recorder,
}

impl Brought {
    /// Adds what was noticed on the way to a report.
    pub(super) fn add_to(&self, report: &mut Report) {
        self.recorder.add_to(&self.name, report);
    }
}

/// Runs a dataflow up to its writer, or exports the site where that is all that it does.
pub(super) async fn bring(
    setup: &Setup,
    item: &Arc<Item>,
    (id, name): (&str, &str),
    (stores, order): (BTreeMap<String, PathBuf>, Option<&str>),
    policies: Policies,
) -> Result<Brought, State> {
    let local = setup.local_site().await?;
    let order = order.map(|order| local.orders.get(order).ok_or_else(|| {
        Failure::refused("what was filled in for this run, and the keys of its site, were kept in memory and are gone; prepare it again from page Dataflows")
    }));
    let Order { site, values } = order.transpose()?.unwrap_or_default();
    let site = site.unwrap_or_else(|| local.config.clone());
    let idx = IdentitySync::of(local.site().state());
    let document = idx.with_secrets(id).await.map_err(|error| Failure::refused(error.details))?;
    let slots = values.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let read = Read::new(&document.to_string(), slots)
        .map_err(|wrong| Failure::refused(format!("{name} is no dataflow: {}", joined(wrong.iter()))))?;
    let job = format!("{}-{}", new_name(), std::process::id());
    let work = WorkFolder::create(setup.home(), &job)?;
    let mut context = Context {
        api_key: site.api_key.clone(),
        stores,
        variables: values.clone(),
        ..Context::new(jiff::Timestamp::now(), job, work.path())
    };
    context.services.insert(Arc::new(Site::new(site.clone()).map_err(Failure::usage)?));
    let checked = check(&read, &components(), &context, Purpose::Run);
    let Some(graph) = checked.graph else {
        let errors = checked.findings.iter().filter(|finding| finding.severity == Severity::Error);
        return Err(Failure::refused(format!("{name} cannot run: {}", joined(errors))).into());
    };
    let plan = Plan::of(&graph).map_err(Failure::usage)?;
    let policies = plan.users.over(policies).map_err(Failure::usage)?;
    if policies.lazy == Lazy::Leave {
        plan.may_leave().map_err(Failure::usage)?;
    }
    item.set(State::Reading);
    let recorder = Recorder::default();
    let files = if let Way::Export(options) = &plan.way {
        let reading = Arc::clone(&item.reading);
        let client = Client::new(site).map_err(Failure::usage)?;
        let options = ExportOptions { accept_incomplete: item.accepts_incomplete(), ..options.clone() };
        source::recorded(&client, item.folder(), &options, reading, item.cancel()).await?
    } else {
        let stop = item.cancel();
        let recorded =
            recorder.record((&graph, &plan), &context, item.folder(), policies.clone(), stop).await?;
        match recorded {
            (_, Some(file)) => vec![file],
            (outcome, None) => return Err(Failure::stopped(ended(&outcome.status)).into()),
        }
    };
    drop(work);
    Ok(Brought {
        files,
        kind: plan.kind(),
        document: plan.mapping,
        policies,
        name: name.to_owned(),
        recorder,
    })
}

fn ended(status: &dataflow::runner::Status) -> String {
    match status {
        dataflow::runner::Status::Failed(failure) => failure.to_string(),
        _ => "the dataflow was stopped".to_owned(),
    }
}

fn joined<T: std::fmt::Display>(all: impl Iterator<Item = T>) -> String {
    all.map(|one| one.to_string()).collect::<Vec<_>>().join("; ")
}
