//! How far an export is; it can be looked at from another thread.

use std::sync::OnceLock;
use std::sync::atomic::AtomicU64;

use gigya::{Client, Outage};

/// Numbers of an export under way.
#[derive(Debug, Default)]
pub struct ExportProgress {
    /// Accounts at the site when it began; 0 until that is known.
    pub total: AtomicU64,
    /// Accounts that are stored.
    pub read: AtomicU64,
    /// Bytes that are stored.
    pub bytes: AtomicU64,
    pub(super) client: OnceLock<Client>,
}

impl ExportProgress {
    /// Since when the site has answered no call, and why.
    #[must_use]
    pub fn outage(&self) -> Option<Outage> {
        self.client.get()?.outage()
    }
}
