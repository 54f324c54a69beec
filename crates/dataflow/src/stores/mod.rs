//! Where files come from and go to.
//!
//! A [`Store`] is one place: a folder, a bucket with a prefix. Every step of a store has one; `--store STEP=DIR` puts a
//! [`Folder`] in its place. The real ones are built with the cargo feature `stores`; without it a step with such a store
//! runs only with a folder in its place, and says so when it is run ([`NotBuilt`]).

mod folder;
mod not_built;
#[cfg(feature = "stores")]
mod objects;
#[cfg(feature = "stores")]
mod sftp;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use jiff::Timestamp;

pub use folder::Folder;
pub use not_built::NotBuilt;
#[cfg(feature = "stores")]
pub use objects::Objects;
#[cfg(feature = "stores")]
pub use sftp::{Login, Sftp};

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

    /// Writes a file under its name; one that is there gives way. Until it is whole it has another name if `temporary` is
    /// given, which is added to its name, or if the store always does so.
    fn write<'a>(&'a self, file: &'a File, temporary: Option<&'a str>) -> BoxFuture<'a, Result<(), Fault>>;
}

/// A store, shared by what uses it.
pub type SharedStore = Arc<dyn Store>;

/// Bytes that are read or sent at a time.
#[cfg(feature = "stores")]
const CHUNK: usize = 1 << 18;

/// The name of a file that is to be written, if it is a name and no way to another folder.
///
/// # Errors
/// When it has a slash or a backslash, or is `.` or `..`, or empty.
pub fn plain_name(file: &File) -> Result<&str, Fault> {
    let name = file.name();
    let escapes = name.contains(['/', '\\', '\0']) || matches!(name, "" | "." | "..");
    if escapes {
        return Err(Fault::lasting(format!(
            "the file name {name:?} leads to another folder; name the file only, the folder is the store's"
        )));
    }
    Ok(name)
}
