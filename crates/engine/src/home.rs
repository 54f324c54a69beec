//! The home folder: `tenant/`, `site/`, `jobs/` and `runs/NAME/`.

use std::path::{Path, PathBuf};

use migration::run::{RunError, RunFolder};

use crate::Failure;

/// Where everything is kept that is not named by a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home(PathBuf);

impl Home {
    /// The home in this folder, which need not be there yet.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// The folder itself.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The data of the local tenant.
    #[must_use]
    pub fn tenant(&self) -> PathBuf {
        self.0.join("tenant")
    }

    /// The data of the local site.
    #[must_use]
    pub fn site(&self) -> PathBuf {
        self.0.join("site")
    }

    /// Where runs are.
    #[must_use]
    pub fn runs(&self) -> PathBuf {
        self.0.join("runs")
    }

    /// The names of all runs and of folders that were to become one, in the order of their names.
    #[must_use]
    pub fn run_names(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(self.runs())
            .into_iter()
            .flatten()
            .flatten()
            .filter(|entry| entry.path().is_dir())
            .filter_map(|entry| entry.file_name().into_string().ok())
            .collect();
        names.sort();
        names
    }

    /// Makes the folder of a new run under a dated name that is still free.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn create_run(&self) -> Result<RunFolder, Failure> {
        let base = new_name();
        for number in 1.. {
            let name = if number == 1 { base.clone() } else { format!("{base}-{number}") };
            let path = self.runs().join(name);
            if !path.exists() {
                return RunFolder::create(&path).map_err(Failure::refused);
            }
        }
        Err(Failure::refused("no free name for a run"))
    }

    /// Opens a run by its name or path.
    ///
    /// # Errors
    /// When there is none.
    pub fn open_run(&self, run: &str) -> Result<RunFolder, Failure> {
        RunFolder::open(&self.place(run)).map_err(Failure::refused)
    }

    /// The folder of one of [`Home::run_names`].
    ///
    /// # Errors
    /// When it holds no run, or none that was prepared to its end.
    pub fn run_folder(&self, name: &str) -> Result<RunFolder, RunError> {
        RunFolder::open(&self.runs().join(name))
    }

    /// Opens what may be removed as a whole: a run, or what was to become one, by its name or path.
    ///
    /// # Errors
    /// When there is no such folder, or something else is in it.
    pub fn removable_run(&self, run: &str) -> Result<RunFolder, Failure> {
        RunFolder::removable(&self.place(run))
            .map_err(|error| Failure::refused(format!("nothing was removed: {error}")))
    }

    /// A name is a run under the home; anything with a separator in it, or that exists as a folder, is a path.
    #[must_use]
    pub fn place(&self, run: &str) -> PathBuf {
        let path = Path::new(run);
        let named = !run.contains(['/', std::path::MAIN_SEPARATOR]) && run != "." && run != "..";
        if named && !path.is_dir() { self.runs().join(run) } else { path.to_owned() }
    }
}

/// A name for a new run: the time, without colons.
#[must_use]
pub fn new_name() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%d-%H%M%S").to_string()
}
