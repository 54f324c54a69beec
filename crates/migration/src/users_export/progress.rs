//! How far an export is, for whoever shows it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering::Relaxed};

/// What is going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Stage {
    /// Nothing yet.
    Idle,
    /// The tenant writes its file; counts per cent.
    Export,
    /// The file is downloaded.
    Download,
    /// The file is unpacked; counts users.
    Unpack,
}

const STAGES: [Stage; 4] = [Stage::Idle, Stage::Export, Stage::Download, Stage::Unpack];

/// A handle on the progress of an export. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Progress(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    stage: AtomicU8,
    percent: AtomicU8,
    users: AtomicU64,
}

/// The progress at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Snapshot {
    /// What is going on.
    pub stage: Stage,
    /// How far the tenant is, 0 to 100.
    pub percent: u8,
    /// Users that are unpacked.
    pub users: u64,
}

impl Progress {
    /// The progress now.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let stage = STAGES.get(usize::from(self.0.stage.load(Relaxed))).copied().unwrap_or(Stage::Idle);
        Snapshot { stage, percent: self.0.percent.load(Relaxed), users: self.0.users.load(Relaxed) }
    }

    pub(super) fn begin(&self, stage: Stage) {
        self.0.stage.store(stage as u8, Relaxed);
    }

    pub(super) fn percent(&self, percent: u8) {
        self.0.percent.store(percent.min(100), Relaxed);
    }

    pub(super) fn users(&self, users: u64) {
        self.0.users.store(users, Relaxed);
    }
}
