//! Where files come from and go to.
//!
//! A [`Store`] is one place: a folder, a bucket with a prefix. `--store STEP=DIR` puts a [`Folder`] in the place of a step's
//! store. The clients of real stores are built with the cargo feature `stores`; without it a step that has no folder in its
//! place says so when it is run.

mod folder;
#[cfg(feature = "stores")]
mod ftp;
#[cfg(not(feature = "stores"))]
mod not_built;
#[cfg(feature = "stores")]
mod objects;
#[cfg(feature = "stores")]
mod sftp;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use jiff::Timestamp;

pub use folder::Folder;
#[cfg(feature = "stores")]
pub use ftp::Ftp;
#[cfg(not(feature = "stores"))]
pub use not_built::NotBuilt;
#[cfg(feature = "stores")]
pub use objects::{AmazonS3, Azure, AzureKey, Google};
#[cfg(feature = "stores")]
pub use sftp::Sftp;

use crate::fault::Fault;
use crate::file::{File, FileWriter};

/// A file in a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name, below the place that the store is.
    pub name: String,
    /// When it was last changed, as far as the store tells.
    pub modified: Option<Timestamp>,
}

/// A place with files in it. Nothing is opened before it is first used.
pub trait Store: Send + Sync {
    /// The files, in no order; none of the folders below.
    fn list(&self) -> BoxFuture<'_, Result<Vec<Entry>, Fault>>;

    /// Reads a file into `writer`, or answers with one that needs no copy.
    fn read<'a>(&'a self, name: &'a str, writer: FileWriter) -> BoxFuture<'a, Result<File, Fault>>;

    /// Writes a file under its name; one that is there gives way. Until it is whole it has another name, where a store would
    /// show half a file: `temporary` is added to its name if given, else the store chooses.
    fn write<'a>(&'a self, file: &'a File, temporary: Option<&'a str>) -> BoxFuture<'a, Result<(), Fault>>;
}

/// A store, shared by what uses it.
pub type SharedStore = Arc<dyn Store>;

/// What a file is called at a server until it is whole: its name with `temporary` after it if given, otherwise a name that
/// is hidden, as [`is_hidden`] tells.
#[cfg(feature = "stores")]
fn unfinished(name: &str, temporary: Option<&str>) -> String {
    temporary.map_or_else(|| format!(".{name}.part"), |ending| format!("{name}{ending}"))
}

/// Whether a file of this name is left out when a folder is listed, since it may not be whole.
fn is_hidden(name: &str) -> bool {
    name.starts_with('.')
}

/// The name of a file that is to be written, if it is a name and no way to another folder.
///
/// # Errors
/// When it has a slash or a backslash, or is `.` or `..`, or empty.
pub fn plain_name(file: &File) -> Result<&str, Fault> {
    let name = file.name();
    let escapes = name.contains(['/', '\\', '\0']) || matches!(name, "" | "." | "..");
    if escapes {
        return Err(Fault::usage(format!(
            "the file name {name:?} leads to another folder; name the file only, the folder is the store's"
        )));
    }
    Ok(name)
}
