//! Where a job keeps its files while it runs.

use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use crate::{Failure, Home};

/// A folder of one job under the home, which goes away with the job.
#[derive(Debug)]
pub struct WorkFolder(PathBuf);

impl WorkFolder {
    /// Makes the folder of this job, for its owner only.
    ///
    /// # Errors
    /// What the disk says.
    pub fn create(home: &Home, job: &str) -> Result<Self, Failure> {
        let path = home.path().join("jobs").join(job);
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&path)
            .map_err(|error| Failure::stopped(format!("{}: {error}", path.display())))?;
        Ok(Self(path))
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for WorkFolder {
    fn drop(&mut self) {
        // What cannot be removed is empty: files between steps have no names.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
