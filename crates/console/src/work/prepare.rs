//! The first half of a run: its site is read, its accounts become parts.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use engine::{Failure, books};
use mapping::Mapping;
use migration::prepare::{Kind, PrepareError, PrepareOptions, Prepared, prepare as run};
use migration::read::Trouble;

use super::{Item, Origin, State, Work, flow};
use crate::setup::Setup;
use crate::source;

/// Prepares a run; where that leads is its state.
pub(super) async fn prepare(queue: &Work, setup: &Setup, item: &Arc<Item>) {
    let origin = item.origin();
    let made = attempt(queue, setup, item, origin.clone()).await.map_err(|state| {
        // The next process goes on; or files came or went meanwhile.
        let stopped = item.preparing().stop.load(Ordering::Relaxed);
        if stopped || queue.is_ending() { State::Waiting } else { state }
    });
    item.prepared(&origin, made);
}

/// Gives the inputs that break off; everything before is prepared. Otherwise where the run stands.
async fn attempt(
    queue: &Work,
    setup: &Setup,
    item: &Arc<Item>,
    origin: Origin,
) -> Result<Vec<Trouble>, State> {
    let progress = item.begin_preparing();
    let policies = setup.policies(setup.takes().await?)?;
    let mut flow = None;
    let (files, kind, text, policies) = match origin {
        Origin::Flow { id, name, stores, order } => {
            let ordered = (stores, order.as_deref());
            let brought = flow.insert(flow::bring(setup, item, (&id, &name), ordered, policies).await?);
            (brought.files.clone(), brought.kind, brought.document.clone(), brought.policies.clone())
        }
        origin => {
            let text = setup.mapping_text();
            let (files, kind) = files(setup, item, origin, &text).await?;
            (files, kind, text, policies)
        }
    };
    item.folder().start_over().map_err(|error| Failure::from(PrepareError::Run(error)))?;
    item.set(State::Preparing);
    if queue.is_ending() {
        return Err(Failure::stopped("the page is being stopped").into());
    }
    let mapping = Mapping::observing(&text, &policies.identifiers, None).map_err(Failure::usage)?;
    let options = PrepareOptions {
        kind,
        policies,
        threads: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        document: text,
        ..PrepareOptions::default()
    };
    let folder = item.folder().clone();
    let work = tokio::task::spawn_blocking(move || run(files, &mapping, &options, Some(&folder), &progress));
    let Prepared { mut report, troubles } = work.await.map_err(Failure::bug)?.map_err(Failure::from)?;
    if let Some(flow) = &flow {
        flow.add_to(&mut report);
    }
    books::write_report(item.folder(), &report)?;
    Ok(troubles)
}

/// The files of a run, and what their records are. A site is read into the run folder first.
async fn files(
    setup: &Setup,
    item: &Arc<Item>,
    origin: Origin,
    mapping: &str,
) -> Result<(Vec<PathBuf>, Kind), State> {
    let source = match origin {
        Origin::Flow { name, .. } => {
            return Err(Failure::bug(format!("dataflow {name} brings its files itself")).into());
        }
        Origin::Upload { kind, files } => return Ok((item.inputs(&files), kind)),
        // It is prepared before it comes to the queue.
        Origin::Command { run } => {
            return Err(Failure::bug(format!("{run} is to be prepared by the command")).into());
        }
        Origin::Retry { of } => {
            return Err(Failure::bug(format!("the retry of {of} is not prepared")).into());
        }
        Origin::Source(source) => source,
    };
    match source::client(setup, &source).await? {
        None => Ok(source::files(&source).await?),
        Some(client) => {
            item.set(State::Reading);
            let reading = Arc::clone(&item.reading);
            let accept = item.accepts_incomplete();
            Ok(source::record(&client, item.folder(), mapping, accept, reading, item.cancel()).await?)
        }
    }
}
