//! The profile of the source: counted when a person says so, kept in `page/profile.json`, shown until they say so again.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Instant, SystemTime};

use engine::Failure;
use jiff::Timestamp;
use mapping::Mapping;
use migration::export::ExportProgress;
use migration::prepare::{Kind, PrepareOptions, PrepareProgress, prepare};
use migration::report::Report;
use migration::run::RunFolder;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::memory::{SourceChoice, store};
use crate::setup::Setup;
use crate::source;

/// Name of the file.
const FILE: &str = "profile.json";

/// What was counted.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Counted {
    /// Of which source.
    pub(crate) source: SourceChoice,
    /// When.
    pub(crate) at: Timestamp,
    /// BLAKE3 of the mapping by which lanes and causes were found.
    mapping: String,
    /// The files as they were.
    files: Vec<Mark>,
    /// The report of the check, with the profile.
    pub(crate) report: Report,
}

/// A file, such that a change shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    path: PathBuf,
    bytes: u64,
    changed: Option<SystemTime>,
}

/// A count under way.
#[derive(Debug)]
pub(crate) struct Running {
    /// Of which source.
    pub(crate) source: SourceChoice,
    /// How far the reading of its site is.
    pub(crate) reading: Arc<ExportProgress>,
    /// How far the counting is.
    pub(crate) counting: Arc<PrepareProgress>,
    /// When it began.
    pub(crate) since: Instant,
    cancel: watch::Sender<bool>,
}

#[derive(Debug, Default)]
struct Inner {
    counted: Option<Arc<Counted>>,
    running: Option<Arc<Running>>,
    failed: Option<(SourceChoice, String)>,
}

/// The counting of the source: one at a time.
#[derive(Debug)]
pub(crate) struct Census {
    file: PathBuf,
    inner: Mutex<Inner>,
}

impl Census {
    /// Finds what was counted last.
    pub(crate) fn open(folder: &Path) -> Self {
        let file = folder.join(FILE);
        let read = std::fs::read(&file).ok();
        let counted = read.and_then(|bytes| serde_json::from_slice(&bytes).ok()).map(Arc::new);
        Self { file, inner: Mutex::new(Inner { counted, ..Inner::default() }) }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was counted of a source.
    pub(crate) fn counted(&self, source: &SourceChoice) -> Option<Arc<Counted>> {
        self.lock().counted.clone().filter(|counted| counted.source == *source)
    }

    /// The count that is under way.
    pub(crate) fn running(&self) -> Option<Arc<Running>> {
        self.lock().running.clone()
    }

    /// Why the last count of a source came to nothing.
    pub(crate) fn failed(&self, source: &SourceChoice) -> Option<String> {
        self.lock().failed.clone().filter(|(of, _)| of == source).map(|(_, why)| why)
    }

    /// Begins to count a source, unless a count is under way.
    pub(crate) fn begin(self: &Arc<Self>, setup: &Setup, source: SourceChoice) {
        let running = Arc::new(Running {
            source,
            reading: Arc::default(),
            counting: Arc::default(),
            since: Instant::now(),
            cancel: watch::Sender::new(false),
        });
        let mut inner = self.lock();
        if inner.running.is_some() {
            return;
        }
        inner.running = Some(Arc::clone(&running));
        inner.failed = None;
        drop(inner);
        let (census, setup) = (Arc::clone(self), setup.clone());
        tokio::spawn(async move {
            let outcome = count(&setup, &running).await;
            census.end(&running, outcome);
        });
    }

    fn end(&self, running: &Running, outcome: Result<Counted, Failure>) {
        let mut inner = self.lock();
        inner.running = None;
        match outcome {
            Ok(counted) => {
                let stored = serde_json::to_vec(&counted)
                    .map_err(std::io::Error::other)
                    .and_then(|text| store(&self.file, &text));
                if let Err(error) = stored {
                    tracing::error!(%error, "the profile cannot be stored");
                }
                inner.counted = Some(Arc::new(counted));
            }
            Err(failure) => inner.failed = Some((running.source.clone(), failure.to_string())),
        }
    }

    /// Stops the count that is under way.
    pub(crate) fn stop(&self) {
        if let Some(running) = self.running() {
            running.counting.stop.store(true, Ordering::Relaxed);
            running.cancel.send_replace(true);
        }
    }
}

impl Counted {
    /// What has changed since, as a sentence.
    pub(crate) async fn is_behind(&self, setup: &Setup) -> Option<&'static str> {
        if source::files(&self.source).await.map(|(files, _)| marks(&files)).ok().as_ref()
            != Some(&self.files)
        {
            return Some("The files have changed since.");
        }
        (digest(&setup.mapping_text()) != self.mapping).then_some("The mapping has changed since.")
    }
}

fn digest(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().to_string()
}

fn marks(files: &[PathBuf]) -> Vec<Mark> {
    let mark = |path: &PathBuf| {
        let about = std::fs::metadata(path).ok();
        let changed = about.as_ref().and_then(|about| about.modified().ok());
        Mark { path: path.clone(), bytes: about.map_or(0, |about| about.len()), changed }
    };
    files.iter().map(mark).collect()
}

/// Reads and counts; nothing of it stays but the report.
async fn count(setup: &Setup, running: &Running) -> Result<Counted, Failure> {
    let source = running.source.clone();
    let text = setup.mapping_text();
    let policies = setup.policies(setup.takes().await?)?;
    let mapping = Mapping::compile(&text, &policies.identifiers).map_err(Failure::usage)?;
    let (mut files, mut kind) = source::files(&source).await?;
    let marks = marks(&files);
    // What a site is read into is gone when everything is counted.
    let place = tempfile::tempdir_in(setup.folder()).map_err(Failure::stopped)?;
    if let Some(client) = source::client(setup, &source).await? {
        let folder = RunFolder::create(&place.path().join("count")).map_err(Failure::stopped)?;
        let reading = Arc::clone(&running.reading);
        (files, kind) =
            source::record(&client, &folder, &text, false, reading, running.cancel.subscribe()).await?;
    }
    if kind == Kind::Users {
        return Err(Failure::usage(
            "these files hold users in Auth0's schema, not accounts of a Gigya site; import them on page Import",
        ));
    }
    let options = PrepareOptions {
        kind,
        policies,
        threads: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        profile: Some(Timestamp::now()),
        ..PrepareOptions::default()
    };
    let counting = Arc::clone(&running.counting);
    let prepared = tokio::task::spawn_blocking(move || prepare(files, &mapping, &options, None, &counting));
    let report = prepared.await.map_err(Failure::bug)??.report;
    Ok(Counted { source, at: Timestamp::now(), mapping: digest(&text), files: marks, report })
}
