//! The folder in which a local world keeps its data: private to its owner, used by one process at a time.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
#[cfg(unix)]
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Name of the lock file inside the folder.
const LOCK: &str = "lock";

/// Why a data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// Another process holds the lock.
    #[error(
        "the data folder {} is in use by another crosswalk; stop that one, or use another folder (CROSSWALK_HOME, or --data of \
         `tenant serve` and `site serve`)",
        path.display()
    )]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// The file system refused.
    #[error("cannot use {}: {source}; check that the folder exists and is writable", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl FolderError {
    fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::Io { path, source }
    }
}

/// An open, locked data folder. The lock is the operating system's: it goes with the last clone, or with the process,
/// however that ends.
#[derive(Debug, Clone)]
pub struct DataFolder {
    path: PathBuf,
    _lock: Arc<File>,
}

impl DataFolder {
    /// Opens the folder, making it (mode 0700) where it is missing, and locks it.
    ///
    /// # Errors
    /// [`FolderError::InUse`] when another process has it, [`FolderError::Io`] when the file system refuses.
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        // What lies in it is named to others, who may stand in another folder.
        let path = &std::path::absolute(path).map_err(FolderError::io(path))?;
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        builder.mode(0o700);
        builder.create(path).map_err(FolderError::io(path))?;
        #[cfg(unix)]
        fs::set_permissions(path, fs::Permissions::from_mode(0o700)).map_err(FolderError::io(path))?;

        let lock_path = path.join(LOCK);
        let lock = private_options().create(true).write(true).truncate(false).open(&lock_path);
        let lock = lock.map_err(FolderError::io(&lock_path))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_path_buf(), _lock: Arc::new(lock) }),
            Err(TryLockError::WouldBlock) => Err(FolderError::InUse { path: path.to_path_buf() }),
            Err(TryLockError::Error(source)) => Err(FolderError::Io { path: lock_path, source }),
        }
    }

    /// The path of the folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The path of a file in it.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Reads a file, or `None` when it does not exist.
    ///
    /// # Errors
    /// [`FolderError::Io`] when it exists and cannot be read as UTF-8 text.
    pub fn read(&self, name: &str) -> Result<Option<String>, FolderError> {
        let path = self.file(name);
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(FolderError::Io { path, source }),
        }
    }

    /// Writes a file of mode 0600: whole or not at all, also when the process is killed half-way.
    ///
    /// # Errors
    /// [`FolderError::Io`] when the file system refuses.
    pub fn write(&self, name: &str, text: &str) -> Result<PathBuf, FolderError> {
        let path = self.file(name);
        let draft = self.file(&format!("{name}.draft"));
        let mut file = private_options()
            .create(true)
            .write(true)
            .truncate(true)
            .open(&draft)
            .map_err(FolderError::io(&draft))?;
        file.write_all(text.as_bytes()).map_err(FolderError::io(&draft))?;
        file.sync_all().map_err(FolderError::io(&draft))?;
        fs::rename(&draft, &path).map_err(FolderError::io(&path))?;
        Ok(path)
    }
}

fn private_options() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    options.mode(0o600);
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_opening_is_refused_until_the_first_is_dropped() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("tenant");
        let first = DataFolder::open(&path).unwrap();
        let error = DataFolder::open(&path).unwrap_err();
        assert!(matches!(error, FolderError::InUse { .. }), "{error}");
        drop(first);
        DataFolder::open(&path).unwrap();
    }

    #[test]
    fn files_of_a_relative_folder_have_absolute_paths() {
        let here = std::env::current_dir().unwrap();
        let dir = tempfile::tempdir_in(&here).unwrap();
        let folder = DataFolder::open(dir.path().strip_prefix(&here).unwrap()).unwrap();
        assert_eq!(folder.write("ca.pem", "x").unwrap(), dir.path().join("ca.pem"));
    }

    #[cfg(unix)]
    #[test]
    fn folder_and_files_are_private() {
        let dir = tempfile::tempdir().unwrap();
        let folder = DataFolder::open(&dir.path().join("tenant")).unwrap();
        let file = folder.write("key.pem", "secret").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(folder.path()), 0o700);
        assert_eq!(mode(&file), 0o600);
        assert_eq!(mode(&folder.file(LOCK)), 0o600);
    }

    #[test]
    fn what_was_written_is_read_back_and_what_was_not_is_none() {
        let dir = tempfile::tempdir().unwrap();
        let folder = DataFolder::open(dir.path()).unwrap();
        assert_eq!(folder.read("a").unwrap(), None);
        folder.write("a", "one").unwrap();
        folder.write("a", "two").unwrap();
        assert_eq!(folder.read("a").unwrap().as_deref(), Some("two"));
    }
}
