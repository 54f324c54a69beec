//! Reading the source that was chosen.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use engine::Failure;
use gigya::Client;
use migration::export::{ExportError, ExportOptions, ExportProgress, Exported, Query, export};
use migration::import::Cancel;
use migration::prepare::Kind;
use migration::read::resolve;
use migration::run::RunFolder;
use tokio::sync::oneshot;

use crate::kind::kind_of;
use crate::memory::SourceChoice;
use crate::setup::Setup;

/// Why a site was not read to its end.
pub(crate) enum Unread {
    /// It counts more accounts than it gives.
    Incomplete(String),
    /// Anything else.
    Failed(Failure),
}

impl From<Failure> for Unread {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<Unread> for Failure {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::Incomplete(why) => Self::stopped(why),
            Unread::Failed(failure) => failure,
        }
    }
}

/// The client of the site that is the source; none when files are.
pub(crate) async fn client(setup: &Setup, source: &SourceChoice) -> Result<Option<Client>, Failure> {
    match source {
        SourceChoice::Files { .. } => Ok(None),
        SourceChoice::LocalSite => Ok(Some(setup.local_site().await?.client.clone())),
        SourceChoice::Site { address, .. } => {
            let config = setup.site().ok_or_else(|| {
                Failure::refused(format!(
                    "the keys of site {address} are not known any more; enter them again on page Source"
                ))
            })?;
            Client::new(config).map(Some).map_err(Failure::usage)
        }
    }
}

/// How long files are looked for.
const PATIENCE: Duration = Duration::from_secs(10);

/// The files of a source that is files, and what their records are. A site has none.
///
/// # Errors
/// When there is none, when one is no file (a pipe would be waited for), or when they are not found in ten seconds.
pub(crate) async fn files(source: &SourceChoice) -> Result<(Vec<PathBuf>, Kind), Failure> {
    let SourceChoice::Files { path } = source else { return Ok((Vec::new(), Kind::Accounts)) };
    let (found, finding) = oneshot::channel();
    // A thread of its own: a pattern may lead through the whole disk, and neither a request nor the end waits for that.
    let pattern = path.clone();
    std::thread::spawn(move || found.send(find(&pattern)));
    match tokio::time::timeout(PATIENCE, finding).await {
        Ok(found) => found.map_err(Failure::bug)?,
        Err(_) => Err(Failure::usage(format!(
            "{path}: looking for its files takes longer than {} s; name a folder, or a narrower pattern",
            PATIENCE.as_secs()
        ))),
    }
}

fn find(path: &str) -> Result<(Vec<PathBuf>, Kind), Failure> {
    let files = resolve(path).map_err(Failure::usage)?;
    if let Some(other) = files.iter().find(|file| !file.is_file()) {
        return Err(Failure::usage(format!("{}: this is no file", other.display())));
    }
    let kind = files.first().map_or(Kind::Accounts, |file| kind_of(file));
    Ok((files, kind))
}

/// Records the accounts of a site in a run folder.
pub(crate) async fn record(
    client: &Client,
    folder: &RunFolder,
    mapping: &str,
    accept_incomplete: bool,
    progress: Arc<ExportProgress>,
    cancel: Cancel,
) -> Result<(Vec<PathBuf>, Kind), Unread> {
    let query = Query::of_mapping(mapping).map_err(Failure::usage)?;
    let options = ExportOptions { query, accept_incomplete, ..ExportOptions::default() };
    Ok((recorded(client, folder, &options, progress, cancel).await?, Kind::Accounts))
}

/// The same with a query of one's own.
pub(crate) async fn recorded(
    client: &Client,
    folder: &RunFolder,
    options: &ExportOptions,
    progress: Arc<ExportProgress>,
    cancel: Cancel,
) -> Result<Vec<PathBuf>, Unread> {
    match export(client, folder, options, progress, cancel).await {
        Ok(Exported { files, .. }) => Ok(files),
        Err(error @ ExportError::Incomplete { .. }) => Err(Unread::Incomplete(error.to_string())),
        Err(error) => Err(Failure::stopped(format!("{} cannot be read: {error}", client.address())).into()),
    }
}
