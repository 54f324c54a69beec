//! `page.json` in a run folder: where a run of the page stands.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use migration::prepare::Kind;
use migration::run::RunFolder;
use serde::{Deserialize, Serialize};

use super::State;
use crate::memory::SourceChoice;

/// Name of the file.
const NAME: &str = "page.json";

/// What a run is made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "origin", rename_all = "snake_case")]
pub(crate) enum Origin {
    /// Files that were dropped on the page; they are in the run folder under `upload/`.
    Upload {
        /// What their records are.
        kind: Kind,
        /// The files, in the order in which they came.
        files: Vec<Dropped>,
    },
    /// The source that was chosen.
    Source(SourceChoice),
    /// A dataflow of the local site whose writer imports users.
    Flow {
        /// Its id.
        id: String,
        /// Its name.
        name: String,
        /// Local folders in the place of the stores of steps, by step.
        #[serde(default)]
        stores: BTreeMap<String, PathBuf>,
        /// What a person has said of this run, if anything; see [`engine::dataflows::Orders`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        order: Option<String>,
    },
    /// A run of the command, prepared or begun there.
    Command {
        /// Its name.
        run: String,
    },
    /// Users of an earlier run that were mended or are sent again.
    Retry {
        /// Name of the earlier run.
        of: String,
    },
}

/// A file that was dropped.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Dropped {
    /// Its name in the folder; no two have the same.
    pub(crate) name: String,
    /// Bytes.
    pub(crate) bytes: u64,
    /// Why it breaks off, when that has left it out of the run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) broken: Option<String>,
    /// Nobody stands before its break.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) empty: bool,
    /// A person takes what comes before its break.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) taken: bool,
}

impl Origin {
    /// What to call it in a table.
    pub(crate) fn title(&self) -> String {
        match self {
            Self::Upload { files, .. } => match files.as_slice() {
                [] => "no file".to_owned(),
                [one] => one.name.clone(),
                [first, rest @ ..] => format!("{} and {} more", first.name, rest.len()),
            },
            Self::Source(SourceChoice::LocalSite) => "the local site".to_owned(),
            Self::Source(SourceChoice::Site { address, .. }) => format!("site {address}"),
            Self::Source(SourceChoice::Files { path }) => path.clone(),
            Self::Flow { name, .. } => format!("dataflow {name}"),
            Self::Command { run } => format!("run {run}"),
            Self::Retry { of } => format!("again: users of {of}"),
        }
    }
}

/// What a person has ordered for an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Orders {
    /// The tenant as a run names it: its URL, or `local`.
    pub(crate) tenant: String,
    /// Name of the connection.
    pub(crate) connection: String,
    /// Whether users who are there are changed.
    pub(crate) upsert: bool,
}

/// The file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Stored {
    pub(crate) origin: Origin,
    pub(crate) state: State,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) orders: Option<Orders>,
    /// A person goes on without the accounts that the site counts and does not give.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) accept_incomplete: bool,
    /// It is not shown in the table of the import page any more.
    #[serde(default)]
    pub(crate) cleared: bool,
}

impl Stored {
    /// Whether its source can be read again. What stood in the way of a file may have been the tenant.
    pub(super) fn reads_again(&self) -> bool {
        match self.state {
            State::Incomplete(_) => true,
            State::Broken(_) => self.is_prepared_here(),
            _ => false,
        }
    }

    /// Whether the page itself prepares it.
    pub(super) fn is_prepared_here(&self) -> bool {
        matches!(self.origin, Origin::Source(_) | Origin::Flow { .. } | Origin::Upload { .. })
    }

    pub(crate) fn read(folder: &RunFolder) -> Option<Self> {
        serde_json::from_slice(&std::fs::read(folder.file(NAME)).ok()?).ok()
    }

    pub(crate) fn remove(folder: &RunFolder) -> io::Result<()> {
        std::fs::remove_file(folder.file(NAME))
    }

    pub(crate) fn write(&self, folder: &RunFolder) -> io::Result<()> {
        let bytes = serde_json::to_vec_pretty(self)?;
        folder.write_whole(NAME, &bytes).map_err(io::Error::other)
    }
}
