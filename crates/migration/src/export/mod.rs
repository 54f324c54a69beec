//! The accounts of a live site, recorded in the run folder as an export that prepare then reads like any other.
//!
//! A site changes while it is read, and nothing promises a snapshot. So that nobody is lost and nobody is doubled:
//!
//! 1. The span of `createdTimestamp` up to the start is read in that order by several cursors, among which it is cut up as
//!    they go ([`plan`], [`range`]). A change does not move an account from its place there. Whatever
//!    breaks, the range goes on at its low-water mark, the greatest time that is stored; accounts of that very time are
//!    read twice and known by their UID. Where more were made at one time than a cursor lives to give, they are read in the
//!    order of their UIDs.
//! 2. Sweeps read, in the order of `lastUpdatedTimestamp`, what was made or changed since a while before the start
//!    ([`sweep`]), again and again until one brings nothing new. They reach back farther than the site's index lags.
//! 3. Cursors that count places may skip accounts when others are deleted. So what was read is held against `count(*)`
//!    by the time of creation, and where the site has more, in halves, until the gap is found and read ([`verify`]). Where
//!    it has fewer than at the start or than were read, all UIDs are read, who is missing is, and who is gone leaves
//!    ([`roll`]).
//!
//! Searches of accounts bring no subscriptions. Those are read beside them, from `emailAccounts`, and join the accounts as these
//! are stored ([`subscriptions`]).
//!
//! The state is a SQLite database beside the recorded files ([`state`]): what was read, where it stands, how far each
//! range is. It is written in one transaction a page, after the page is on the disk, so that a crash at any moment
//! leaves an export that goes on. Of an account that was read twice the later version stays; the other is overwritten
//! with white space at the end. Then `source.json` is written, and the database removed.

mod error;
mod finish;
mod passwords;
mod plan;
mod progress;
mod query;
mod range;
mod record;
mod roll;
mod state;
mod subscriptions;
mod sweep;
mod verify;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use gigya::Client;

pub use error::ExportError;
pub use finish::{Exported, Finished};
pub use progress::ExportProgress;
pub use query::Query;

use crate::import::Cancel;
use crate::run::RunFolder;
use passwords::Passwords;
use state::State;

/// The folder of the recorded files in a run folder. Nothing else is in it, so that it can be read like any export.
const FOLDER: &str = "source";

/// How a site is read.
#[derive(Debug, Clone)]
pub struct ExportOptions {
    /// Which members of the accounts.
    pub query: Query,
    /// Accounts a page, up to 10,000. The documentation recommends at most 1,000 with cursors.
    pub page: u32,
    /// Ranges that are read side by side, at most.
    pub ranges: u32,
    /// Pages that have to be left of a range for it to be cut in two. A cut costs half a page.
    pub pages_a_range: u32,
    /// At most so many accounts, for a pilot; the oldest changed first. Then nothing is swept or verified.
    pub limit: Option<u64>,
    /// Whether the export ends well though the site counts accounts that it does not give.
    pub accept_incomplete: bool,
}

impl Default for ExportOptions {
    fn default() -> Self {
        Self {
            query: Query::default(),
            page: 1000,
            ranges: 4,
            pages_a_range: 25,
            limit: None,
            accept_incomplete: false,
        }
    }
}

impl ExportOptions {
    /// Tells exports apart that have not the same accounts; how they are read makes no difference.
    fn digest(&self) -> String {
        format!("{}, limit {:?}", self.query.digest(), self.limit)
    }
}

/// What the tasks of an export share.
struct Export {
    client: Client,
    state: State,
    passwords: Passwords,
    board: plan::Board,
    reached: subscriptions::Reached,
    options: ExportOptions,
    progress: Arc<ExportProgress>,
}

/// Reads the accounts of a site into the folder of a run, or goes on where an earlier attempt was interrupted. The
/// same folder is given again until it returns what was recorded; then it returns that without asking the site.
///
/// # Errors
/// [`ExportError`]; see [`ExportError::is_resumable`].
pub async fn export(
    client: &Client,
    folder: &RunFolder,
    options: &ExportOptions,
    progress: Arc<ExportProgress>,
    mut cancel: Cancel,
) -> Result<Exported, ExportError> {
    let _ = progress.client.set(client.clone());
    // What is dropped at a stop is only waiting for the site; a page that is being stored is stored to its end.
    tokio::select! {
        exported = read(client, folder, options, progress) => exported,
        Ok(_) = cancel.wait_for(|stop| *stop) => Err(ExportError::Stopped),
    }
}

async fn read(
    client: &Client,
    folder: &RunFolder,
    options: &ExportOptions,
    progress: Arc<ExportProgress>,
) -> Result<Exported, ExportError> {
    let place = folder.path();
    let site = Site { address: client.address().to_string(), api_key: client.api_key().to_owned() };
    if let Some(done) = Finished::read(place)? {
        done.check(&site, options, place)?;
        return done.exported(place);
    }
    // A reader that was stopped in this process may still be storing its last page; that is waited for elsewhere.
    let (opened, of, wanted) = (place.to_owned(), site.clone(), options.clone());
    let state = tokio::task::spawn_blocking(move || State::open(&opened, &of, &wanted)).await;
    let export = Arc::new(Export {
        client: client.clone(),
        state: state.map_err(|error| ExportError::Broke(error.to_string()))??,
        passwords: Passwords::default(),
        board: plan::Board::default(),
        reached: subscriptions::Reached::default(),
        options: options.clone(),
        progress,
    });
    if let Some(limit) = options.limit {
        export.reached.end();
        export.pilot(limit).await?;
        return finish::finish(&export, place, &site, 0);
    }
    plan::plan(&export).await?;
    tokio::try_join!(subscriptions::read(&export), range::read_all(&export))?;
    let sweeps = sweep::sweep(&export).await?;
    verify::verify(&export).await?;
    finish::finish(&export, place, &site, sweeps)
}

impl Export {
    /// Runs work that blocks beside the tasks that wait for the network.
    async fn blocking<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&State) -> Result<T, ExportError> + Send + 'static,
    ) -> Result<T, ExportError> {
        let export = self.clone();
        match tokio::task::spawn_blocking(move || work(&export.state)).await {
            Ok(result) => result,
            Err(error) => Err(ExportError::Broke(error.to_string())),
        }
    }
}

/// Which site an export is of.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Site {
    /// Its data center or URL.
    pub address: String,
    /// Its API key.
    pub api_key: String,
}

/// The recorded file of a range, in the run folder.
fn file_of(range: i64) -> PathBuf {
    Path::new(FOLDER).join(format!("accounts-{range:06}.ndjson"))
}
