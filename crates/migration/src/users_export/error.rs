//! Why users could not be exported.

use std::path::PathBuf;

/// Why users could not be exported.
#[derive(Debug, thiserror::Error)]
pub enum UsersExportError {
    /// The tenant cannot be asked, or refuses.
    #[error("the tenant could not be asked for an export: {0}")]
    Tenant(#[from] auth0::Error),
    /// The job failed; Auth0 does not say why.
    #[error("the export {0} failed at the tenant, which does not say why; start it again")]
    Failed(String),
    /// The tenant does not know the job any more.
    #[error("the tenant does not know the export {0} any more; start it again")]
    Gone(String),
    /// The file cannot be written.
    #[error("{path}: {source}")]
    Disk {
        /// The file.
        path: PathBuf,
        /// The operating system's answer.
        source: std::io::Error,
    },
    /// Somebody wanted it to stop.
    #[error("stopped as you asked")]
    Stopped,
}
