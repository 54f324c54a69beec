//! A run and its retries, in their order.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::run::{RunError, RunFolder};

/// A run and those that have sent its users again.
#[derive(Debug)]
pub struct Chain {
    /// The run itself first.
    runs: Vec<RunFolder>,
    /// For each retry: lines of the `mended.ndjson` of each run that were taken by then.
    taken: Vec<BTreeMap<String, u64>>,
}

impl Chain {
    /// The chain that a run is part of.
    ///
    /// # Errors
    /// [`RunError`] when a folder of it is no run.
    pub fn of(folder: &RunFolder) -> Result<Self, RunError> {
        let root = match folder.manifest()?.retry {
            Some(retry) => RunFolder::open(&beside(folder, &retry.of))?,
            None => folder.clone(),
        };
        let mut chain = Self { runs: vec![root], taken: Vec::new() };
        // A folder without a manifest was not prepared to its end.
        while let Ok(next) = RunFolder::open(&chain.next_path()) {
            chain.taken.push(next.manifest()?.retry.map(|retry| retry.taken).unwrap_or_default());
            chain.runs.push(next);
        }
        Ok(chain)
    }

    /// The run that was retried first.
    #[must_use]
    pub fn root(&self) -> &RunFolder {
        &self.runs[0]
    }

    /// The latest run.
    #[must_use]
    pub fn last(&self) -> &RunFolder {
        self.runs.last().unwrap_or(&self.runs[0])
    }

    /// All runs, in their order.
    #[must_use]
    pub fn runs(&self) -> &[RunFolder] {
        &self.runs
    }

    /// How many retries there are.
    #[must_use]
    pub fn retries(&self) -> u32 {
        u32::try_from(self.taken.len()).unwrap_or(u32::MAX)
    }

    /// Where the next retry will be.
    #[must_use]
    pub fn next_path(&self) -> PathBuf {
        let root = self.root();
        beside(root, &format!("{}-retry-{}", root.name(), self.retries() + 1))
    }

    /// Lines of a run's `mended.ndjson` that were taken.
    #[must_use]
    pub fn taken(&self, run: &str) -> u64 {
        self.taken.last().and_then(|taken| taken.get(run)).copied().unwrap_or(0)
    }

    /// The run that has sent again who failed in `run`; none when that is the latest.
    #[must_use]
    pub fn after(&self, run: &str) -> Option<String> {
        let at = self.runs.iter().position(|one| one.name() == run)?;
        self.runs.get(at + 1).map(RunFolder::name)
    }

    /// The retry that has taken line `number` (from 1) of a run's `mended.ndjson`.
    #[must_use]
    pub fn taker(&self, run: &str, number: u64) -> Option<String> {
        let by = self.taken.iter().position(|taken| taken.get(run).is_some_and(|lines| *lines >= number))?;
        self.runs.get(by + 1).map(RunFolder::name)
    }
}

fn beside(folder: &RunFolder, name: &str) -> PathBuf {
    std::path::absolute(folder.path()).unwrap_or_else(|_| folder.path().to_owned()).with_file_name(name)
}
