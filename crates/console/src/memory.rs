//! What the page remembers between two starts: choices, never secrets. `page/memory.json` in the home folder.

use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// Where the accounts come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum SourceChoice {
    /// The local site of the home folder.
    LocalSite,
    /// A site elsewhere. Its keys are in memory only, or in the key ring; else they are asked for again after a restart.
    Site {
        /// Data center (`eu1`) or URL.
        address: String,
        /// The site's API key, which is public.
        api_key: String,
    },
    /// Files on this machine.
    Files {
        /// A file, folder or glob.
        path: String,
    },
}

/// How accounts are prepared, where a person may choose.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Choices {
    /// What becomes of accounts that share an identifier.
    pub(crate) duplicates: Doubles,
    /// Pending registrations are imported, too.
    pub(crate) unregistered: bool,
    /// Lite accounts are imported, too.
    pub(crate) lite: bool,
    /// Users whose password cannot move are left for their first login.
    pub(crate) leave: bool,
    /// Dotted paths of what may leave a profile that is too large.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) spill: Vec<String>,
    /// Codes for which a user is mended that would be set aside.
    pub(crate) mend: Vec<String>,
}

/// What becomes of accounts that share an identifier.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Doubles {
    /// The account of the latest login is kept, the others are set aside.
    #[default]
    KeepLatest,
    /// They become one user.
    Merge,
    /// All of them are set aside.
    SetAside,
}

/// A tenant whose client secret is in the key ring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeptTenant {
    /// Domain, or what else names it.
    pub(crate) domain: String,
    /// Client id of the application.
    pub(crate) client_id: String,
    /// Whether it is meant at the next start.
    pub(crate) meant: bool,
}

/// What the page remembers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Memory {
    /// Where the accounts come from.
    pub(crate) source: Option<SourceChoice>,
    /// The tenant whose client secret is in the key ring.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tenant: Option<KeptTenant>,
    /// Whether the keys of the site that is the source are in the key ring.
    pub(crate) site_kept: bool,
    /// The connection that was last imported into.
    pub(crate) connection: Option<String>,
    /// How accounts are prepared.
    pub(crate) choices: Choices,
}

impl Memory {
    /// Reads the memory of a home; an empty one when there is none, or none that can be understood.
    pub(crate) fn read(folder: &Path) -> Self {
        let bytes = std::fs::read(file(folder)).ok();
        bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    }

    /// Stores it.
    pub(crate) fn write(&self, folder: &Path) -> io::Result<()> {
        store(&file(folder), &serde_json::to_vec_pretty(self)?)
    }
}

fn file(folder: &Path) -> PathBuf {
    folder.join("memory.json")
}

/// Writes a file of mode 0600 such that it is there in full or not at all.
pub(crate) fn store(path: &Path, bytes: &[u8]) -> io::Result<()> {
    use io::Write as _;
    let draft = path.with_extension("draft");
    let mut file =
        std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&draft, path)
}
