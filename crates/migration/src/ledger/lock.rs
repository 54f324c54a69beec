//! One process at a time on a run. The operating system lets go of the lock when the process ends, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;

use super::LedgerError;
use crate::run::RunFolder;

/// The lock on a run folder, held until it is dropped.
#[derive(Debug)]
pub struct RunLock {
    _file: File,
}

impl RunLock {
    /// Takes the lock, or says that another process has it.
    ///
    /// # Errors
    /// [`LedgerError::Locked`], [`LedgerError::Io`].
    pub fn take(folder: &RunFolder) -> Result<Self, LedgerError> {
        let path = folder.file("ledger.lock");
        let open = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path);
        let file = open.map_err(|source| LedgerError::Io { path: path.clone(), source })?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(LedgerError::Locked(folder.path().to_owned())),
            Err(TryLockError::Error(source)) => Err(LedgerError::Io { path, source }),
        }
    }

    /// Whether a process works on the run. Nothing is made, and nobody is kept out.
    #[must_use]
    pub fn is_held(folder: &RunFolder) -> bool {
        // Those who only look share the lock.
        File::open(folder.file("ledger.lock"))
            .is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }
}
