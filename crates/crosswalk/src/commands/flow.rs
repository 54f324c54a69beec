//! What several subcommands do in the same way: prepare, import, and close the books.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use ::mapping::Mapping;
use engine::books;
pub(crate) use engine::books::{add_site_requests, read_report, write_report};
use migration::import::{self, Cancel, ImportOptions, Progress};
use migration::prepare::{Kind, PrepareOptions, PrepareProgress, Prepared, Selection, prepare};
use migration::report::{Counters, Report};
use migration::run::{Orders, RunFolder};
use migration::screen::Takes;

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::args::{PolicyArgs, ReadArgs, TargetArgs};
use crate::exit::Failure;
use crate::progress;
use crate::target::Target;

/// Finds mistakes in what was typed, before anything is made or spoken to. The mapping is read, once.
pub(crate) fn valid(read: &ReadArgs, policy: &mut PolicyArgs) -> Result<(), Failure> {
    read.options()?;
    if read.uids.as_deref().is_some_and(can_be_read_twice) {
        read.uids()?;
    }
    policy.accepted()?;
    let filter = read.filter()?;
    let policies = policy.policies(None)?;
    let text = policy.mapping_text()?;
    Mapping::observing(&text, &policies.identifiers, filter.map(|(path, _)| path)).map_err(Failure::usage)?;
    policy.document = Some(text);
    Ok(())
}

/// A pipe gives what is in it once. What is not there counts as a file, so that its absence is told.
pub(crate) fn can_be_read_twice(path: &Path) -> bool {
    std::fs::metadata(path).map_or(true, |meta| meta.is_file() || meta.is_dir())
}

/// Prepares `files` into `folder`, or only counts.
pub(crate) async fn prepare_files(
    files: Vec<PathBuf>,
    kind: Kind,
    read: &ReadArgs,
    policy: &PolicyArgs,
    takes: Option<Takes>,
    orders: Option<Orders>,
    folder: Option<RunFolder>,
) -> Result<Prepared, Failure> {
    let policies = policy.policies(takes)?;
    let filter = read.filter()?;
    let text = policy.mapping_text()?;
    let mapping = Mapping::observing(&text, &policies.identifiers, filter.map(|(path, _)| path))
        .map_err(Failure::usage)?;
    let options = PrepareOptions {
        kind,
        read: read.options()?,
        policies,
        no_screen: policy.no_screen,
        selection: Selection {
            limit: read.limit,
            uids: read.uids()?,
            value: filter.map(|(_, value)| value.to_owned()),
        },
        threads: read.threads(),
        document: text,
        // A check is there to be looked at; what prepares a run is there to be fast.
        profile: folder.is_none().then(jiff::Timestamp::now),
        orders,
        accepted: policy.accepted()?,
        ..PrepareOptions::default()
    };
    let prepared =
        preparing(move |state| prepare(files, &mapping, &options, folder.as_ref(), state)).await??;
    for trouble in &prepared.troubles {
        eprintln!("{}: {} (broken_container)", trouble.input, trouble.reason);
    }
    Ok(prepared)
}

/// Runs what prepares, with its progress shown, until it ends or is interrupted.
pub(crate) async fn preparing<T: Send + 'static>(
    work: impl FnOnce(&PrepareProgress) -> T + Send + 'static,
) -> Result<T, Failure> {
    let state = Arc::new(PrepareProgress::default());
    let display = progress::prepare(state.clone());
    let stopper = state.clone();
    let ends = Ends::listen();
    let listener = tokio::spawn(async move {
        ends.wait().await;
        stopper.stop.store(true, Ordering::Relaxed);
    });
    let done = tokio::task::spawn_blocking(move || work(&state)).await.map_err(Failure::bug);
    listener.abort();
    drop(display);
    done
}

/// A broken container stops a command after everything before it was prepared, unless its code is accepted.
pub(crate) fn containers(prepared: &Prepared, accepted: &[String]) -> Result<(), Failure> {
    match prepared.troubles.first() {
        Some(trouble) if !accepted.iter().any(|code| code == "broken_container") => {
            Err(Failure::stopped(format!(
                "{}: {}; everything before it is prepared. Get the whole file, or go on with --accept broken_container",
                trouble.input, trouble.reason
            )))
        }
        _ => Ok(()),
    }
}

/// A flag that becomes true at the first Ctrl-C or SIGTERM from now on.
pub(crate) fn interrupts() -> Cancel {
    let (sender, receiver) = tokio::sync::watch::channel(false);
    let ends = Ends::listen();
    tokio::spawn(async move {
        ends.wait().await;
        eprintln!("stopping: what is on its way is stored first");
        let _ = sender.send(true);
        sender.closed().await;
    });
    receiver
}

/// Ctrl-C and SIGTERM.
pub(crate) struct Ends {
    signals: Vec<Signal>,
}

impl Ends {
    /// Listens from now on.
    pub(crate) fn listen() -> Self {
        let kinds = [SignalKind::interrupt(), SignalKind::terminate()];
        Self { signals: kinds.into_iter().filter_map(|kind| signal(kind).ok()).collect() }
    }

    /// Returns at the first of them.
    pub(crate) async fn wait(mut self) {
        std::future::poll_fn(|context| {
            let ended = self.signals.iter_mut().any(|signal| signal.poll_recv(context).is_ready());
            if ended { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
        })
        .await;
    }
}

/// The options of an import.
pub(crate) fn import_options(target: &Target, args: &TargetArgs) -> ImportOptions {
    let mut options = ImportOptions::new(target.name.clone());
    options.connection = target.connection.clone();
    options.applications = args.applications.clone();
    options.upsert = args.upsert;
    options
}

/// What is ordered for the import, for the manifest.
pub(crate) fn orders(options: &ImportOptions) -> Orders {
    Orders {
        tenant: options.target.clone(),
        connection: options.connection.clone(),
        applications: options.applications.clone(),
        upsert: options.upsert,
    }
}

/// Says where the report of an import is, and who else is to be looked after.
pub(crate) fn where_to_look(folder: &RunFolder, report: &Report) {
    eprintln!("\n{}", places(&folder.path().display().to_string(), &report.counters));
}

fn places(path: &str, counters: &Counters) -> String {
    let mut all = format!("the report is {path}/report.html");
    if counters.set_aside.is_some_and(|users| users > 0) {
        all.push_str(&format!("\nwho was set aside, and what to do, is in {path}/set-aside.ndjson"));
    }
    if counters.failed.is_some_and(|users| users > 0) {
        all.push_str(&format!(
            "\nwho failed, and why, is in {path}/retry.ndjson; when the cause is gone, send them again with: crosswalk retry \
             {path}"
        ));
    }
    all
}

/// Imports the parts of a run and adds what came of it to its report.
pub(crate) async fn import_run(
    folder: &RunFolder,
    target: &Target,
    options: &ImportOptions,
    report: &mut Report,
) -> Result<(), Failure> {
    let state = Progress::default();
    let display = progress::import(state.clone());
    let outcome = import::run(folder, &target.client, options, &state, interrupts()).await;
    drop(display);
    let outcome = outcome.map_err(|error| {
        let resumable = error.is_resumable();
        let mut failure = Failure::from(error);
        if resumable {
            failure.add(&format!("\ngo on with: crosswalk resume {}", folder.path().display()));
        }
        failure
    })?;
    books::add_import(report, outcome);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_name_the_files_that_have_something() {
        let mut counters = Counters { set_aside: Some(0), failed: Some(0), ..Counters::default() };
        assert_eq!(places("r", &counters), "the report is r/report.html");
        counters.failed = Some(1);
        let text = places("r", &counters);
        assert!(text.contains("r/retry.ndjson") && text.ends_with("crosswalk retry r"), "{text}");
        assert!(!text.contains("set-aside"), "{text}");
        counters = Counters { set_aside: Some(1), ..Counters::default() };
        let text = places("r", &counters);
        assert!(text.contains("r/set-aside.ndjson") && !text.contains("retry"), "{text}");
    }
}
