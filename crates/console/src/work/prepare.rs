//! The first half of a run: its site is read, its accounts become parts.

use std::path::PathBuf;
use std::sync::Arc;

use engine::{Failure, books};
use mapping::Mapping;
use migration::prepare::{Kind, PrepareOptions, Prepared, prepare as run};
use migration::read::is_csv;

use super::{Item, Origin, State, flow, kind_of};
use crate::app::App;
use crate::source;

/// Prepares a run; where that leads is its state.
pub(super) async fn prepare(app: &App, item: &Arc<Item>) {
    let state = match attempt(app, item).await {
        Ok(state) => state,
        // The next process goes on.
        Err(_) if app.work().is_ending() => State::Waiting,
        Err(failure) => State::Broken(failure.to_string()),
    };
    item.set(state);
}

async fn attempt(app: &App, item: &Arc<Item>) -> Result<State, Failure> {
    let policies = app.policies(identifiers(app).await?)?;
    let mut flow = None;
    let (files, kind, text, policies) = match item.origin() {
        Origin::Flow { id, name, stores, order } => {
            let ordered = (stores, order.as_deref());
            let brought = flow.insert(flow::bring(app, item, (&id, &name), ordered, policies).await?);
            (brought.files.clone(), brought.kind, brought.document.clone(), brought.policies.clone())
        }
        origin => {
            let text = app.mapping_text();
            let (files, kind) = files(app, item, origin, &text).await?;
            (files, kind, text, policies)
        }
    };
    item.set(State::Preparing);
    let mapping = Mapping::observing(&text, &policies.identifiers, None).map_err(Failure::usage)?;
    let options = PrepareOptions {
        kind,
        csv: kind == Kind::Users && files.iter().any(|file| is_csv(file)),
        policies,
        threads: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        document: text,
        ..PrepareOptions::default()
    };
    let (folder, progress) = (item.folder().clone(), Arc::clone(&item.preparing));
    let work = tokio::task::spawn_blocking(move || run(files, &mapping, &options, Some(&folder), &progress));
    let Prepared { mut report, troubles } = work.await.map_err(Failure::bug)??;
    if let Some(flow) = &flow {
        flow.add_to(&mut report);
    }
    books::write_report(item.folder(), &report)?;
    Ok(match troubles.first() {
        Some(trouble) => State::Cut(trouble.reason.clone()),
        None => State::Ready,
    })
}

/// What the connection takes that is likely meant; none when that cannot be known now.
pub(crate) async fn identifiers(app: &App) -> Result<Option<Vec<mapping::Identifier>>, Failure> {
    let tenant = app.tenant().await?;
    // A tenant that is out of reach is told of when users are to be imported.
    let found = tenant.client.connection_by_name(&app.connection()).await.ok().flatten();
    Ok(found.map(|connection| {
        connection.identifiers().into_iter().filter_map(mapping::Identifier::parse).collect()
    }))
}

/// The files of a run, and what their records are. A site is read into the run folder first.
async fn files(
    app: &App,
    item: &Arc<Item>,
    origin: Origin,
    mapping: &str,
) -> Result<(Vec<PathBuf>, Kind), Failure> {
    let source = match origin {
        Origin::Flow { name, .. } => {
            return Err(Failure::bug(format!("dataflow {name} brings its files itself")));
        }
        Origin::Upload { file, .. } => {
            let path = item.folder().file("upload").join(file);
            return Ok((vec![path.clone()], kind_of(&path)));
        }
        // It is prepared before it comes to the queue.
        Origin::Retry { of } => return Err(Failure::bug(format!("the retry of {of} is not prepared"))),
        Origin::Source(source) => source,
    };
    match source::client(app, &source).await? {
        None => source::files(&source),
        Some(client) => {
            item.set(State::Reading);
            let reading = Arc::clone(&item.reading);
            source::record(&client, item.folder(), mapping, reading, item.cancel()).await
        }
    }
}
