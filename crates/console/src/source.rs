//! Reading the source that was chosen.

use std::path::PathBuf;
use std::sync::Arc;

use engine::Failure;
use gigya::Client;
use migration::export::{ExportOptions, ExportProgress, Exported, Query, export};
use migration::import::Cancel;
use migration::prepare::Kind;
use migration::read::resolve;
use migration::run::RunFolder;

use crate::kind::kind_of;
use crate::memory::SourceChoice;
use crate::setup::Setup;

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

/// The files of a source that is files, and what their records are. A site has none.
pub(crate) fn files(source: &SourceChoice) -> Result<(Vec<PathBuf>, Kind), Failure> {
    let SourceChoice::Files { path } = source else { return Ok((Vec::new(), Kind::Accounts)) };
    let files = resolve(path).map_err(Failure::usage)?;
    let kind = files.first().map_or(Kind::Accounts, |file| kind_of(file));
    Ok((files, kind))
}

/// Records the accounts of a site in a run folder.
pub(crate) async fn record(
    client: &Client,
    folder: &RunFolder,
    mapping: &str,
    progress: Arc<ExportProgress>,
    cancel: Cancel,
) -> Result<(Vec<PathBuf>, Kind), Failure> {
    let query = Query::of_mapping(mapping).map_err(Failure::usage)?;
    let options = ExportOptions { query, ..ExportOptions::default() };
    Ok((recorded(client, folder, &options, progress, cancel).await?, Kind::Accounts))
}

/// The same with a query of one's own.
pub(crate) async fn recorded(
    client: &Client,
    folder: &RunFolder,
    options: &ExportOptions,
    progress: Arc<ExportProgress>,
    cancel: Cancel,
) -> Result<Vec<PathBuf>, Failure> {
    let exported = export(client, folder, options, progress, cancel).await;
    let Exported { files, .. } = exported
        .map_err(|error| Failure::stopped(format!("{} cannot be read: {error}", client.address())))?;
    Ok(files)
}
