//! The end of an export: older versions are blanked, what was read is written down.

use std::collections::HashMap;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::state::State;
use super::sweep::INDEX_LAG;
use super::verify::MISSING;
use super::{Export, ExportError, ExportOptions, Query, Site, file_of};
use crate::report::html::figures::count;
use crate::run::RunFolder;

/// Name of the file that says that an export is whole, and of what.
const FILE: &str = "source.json";

/// What an export has brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// The recorded files, in order. They are NDJSON, and hold each account once.
    pub files: Vec<PathBuf>,
    /// What stands in `source.json`.
    pub finished: Finished,
}

/// `source.json`. It is written last: a folder with it holds a whole export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finished {
    /// The site.
    pub site: Site,
    /// The members that were asked for.
    pub query: Query,
    /// The most accounts that were wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// Accounts.
    pub accounts: u64,
    /// Versions of accounts that later ones have replaced.
    pub replaced: u64,
    /// Accounts that were read and then deleted at the site.
    #[serde(default)]
    pub deleted: u64,
    /// Accounts that the site counts and does not give, where that was accepted.
    #[serde(default)]
    pub missing: u64,
    /// Sweeps for what was changed meanwhile.
    pub sweeps: u32,
    /// Accounts whose passwords were asked for one by one.
    pub asked_for_password: u64,
    /// Why the site gave no subscriptions, where they were wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_subscriptions: Option<String>,
    /// Up to when changes are part of it, by the site's clock, epoch milliseconds: when the last sweep began, less the
    /// lag of the site's index.
    pub up_to: i64,
    /// The recorded files, in the run folder.
    pub files: Vec<PathBuf>,
}

impl Finished {
    /// What is not as one would expect of a site that rests and gives everything, in sentences for a person.
    #[must_use]
    pub fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        if let Some(why) = &self.no_subscriptions {
            remarks.push(format!("Subscriptions are not moved, for the site does not give them: {why}"));
        }
        let mut note = |number: u64, one: &str, several: &str| match number {
            0 => {}
            1 => remarks.push(one.to_owned()),
            _ => remarks.push(format!("{} {several}", count(number))),
        };
        note(
            self.missing,
            "The site counts one more account and does not give it (site_incomplete).",
            "more accounts are counted by the site and not given (site_incomplete).",
        );
        note(
            self.deleted,
            "One account was deleted at the site while it was read, and is left out.",
            "accounts were deleted at the site while it was read, and are left out.",
        );
        note(
            self.asked_for_password,
            "Searches gave no password for one account; it was asked for by itself.",
            "accounts came without a password and were asked for one by one.",
        );
        remarks
    }

    /// What a run has recorded of a site, if it has.
    #[must_use]
    pub fn of(folder: &RunFolder) -> Option<Self> {
        Self::read(folder.path()).ok().flatten()
    }

    /// Reads it from a folder; none when the export there is not whole.
    pub(super) fn read(folder: &Path) -> Result<Option<Self>, ExportError> {
        let path = folder.join(FILE);
        match std::fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text)
                .map(Some)
                .map_err(|error| ExportError::Io { path, source: error.into() }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(ExportError::Io { path, source }),
        }
    }

    /// Whether it is of this site and these accounts.
    pub(super) fn check(
        &self,
        site: &Site,
        options: &ExportOptions,
        folder: &Path,
    ) -> Result<(), ExportError> {
        let digest =
            ExportOptions { query: self.query.clone(), limit: self.limit, ..options.clone() }.digest();
        if self.site == *site && digest == options.digest() {
            return Ok(());
        }
        let found = format!("the site {} at {}", self.site.api_key, self.site.address);
        Err(ExportError::Other { path: folder.to_owned(), found })
    }

    pub(super) fn exported(self, folder: &Path) -> Result<Exported, ExportError> {
        State::remove(folder)?;
        let files = self.files.iter().map(|file| folder.join(file)).collect();
        Ok(Exported { files, finished: self })
    }
}

/// Blanks what was replaced, writes `source.json` and removes the state.
pub(super) fn finish(
    export: &Export,
    folder: &Path,
    site: &Site,
    sweeps: u32,
) -> Result<Exported, ExportError> {
    let state = &export.state;
    let files = state.files()?;
    let mut open = HashMap::new();
    for &(range, length) in &files {
        let path = folder.join(file_of(range));
        let io = |source| ExportError::Io { path: path.clone(), source };
        let file = OpenOptions::new().write(true).open(&path).map_err(io)?;
        // Behind it may be what a crash has left there.
        file.set_len(length).map_err(io)?;
        open.insert(range, (file, path));
    }
    let replaced = state.losers(|place| {
        let Some((file, path)) = open.get(&place.range) else { return Ok(()) };
        let length = usize::try_from(place.length).unwrap_or(usize::MAX);
        file.write_all_at(&vec![b' '; length], place.start)
            .map_err(|source| ExportError::Io { path: path.clone(), source })
    })?;
    for (file, path) in open.values() {
        file.sync_all().map_err(|source| ExportError::Io { path: path.clone(), source })?;
    }
    let finished = Finished {
        site: site.clone(),
        query: export.options.query.clone(),
        limit: export.options.limit,
        accounts: state.totals()?.0,
        replaced,
        deleted: state.deleted()?,
        missing: state.number(MISSING)?.unwrap_or(0),
        sweeps,
        asked_for_password: export.passwords.asked(),
        no_subscriptions: super::subscriptions::refused(state)?,
        up_to: state.last_range()?.map_or(0, |range| range.started - INDEX_LAG),
        files: files.into_iter().map(|(range, _)| file_of(range)).collect(),
    };
    write_whole(&folder.join(FILE), &finished)?;
    finished.exported(folder)
}

fn write_whole(path: &Path, finished: &Finished) -> Result<(), ExportError> {
    let draft = path.with_extension("draft");
    let write = || -> std::io::Result<()> {
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
        file.write_all(&serde_json::to_vec_pretty(finished)?)?;
        file.sync_all()?;
        std::fs::rename(&draft, path)
    };
    write().map_err(|source| ExportError::Io { path: path.to_owned(), source })
}
