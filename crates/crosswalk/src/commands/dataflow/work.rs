//! Where a job keeps its files while it runs.

use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use crate::exit::Failure;
use crate::home;

/// A folder of one job under the home, which goes away with the job.
pub(super) struct WorkFolder(PathBuf);

impl WorkFolder {
    /// Makes the folder of this job, for its owner only.
    pub(super) fn create(job: &str) -> Result<Self, Failure> {
        let path = home::home().path().join("jobs").join(job);
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&path)
            .map_err(|error| Failure::stopped(format!("{}: {error}", path.display())))?;
        Ok(Self(path))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for WorkFolder {
    fn drop(&mut self) {
        // What cannot be removed is empty: files between steps have no names.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
