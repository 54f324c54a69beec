//! What a person decides about an import.

use std::time::Duration;

use crate::lazy::CustomDatabase;

/// Options of an import.
#[derive(Debug, Clone)]
pub struct ImportOptions {
    /// The target as the manifest names it: the tenant's base URL, or `local` for the local tenant of the home folder,
    /// whose port changes.
    pub target: String,
    /// Name of the database connection; created when there is none.
    pub connection: String,
    /// Names or client ids of the applications that shall be able to use the connection; found, or created by name.
    /// Empty: the calling application.
    pub applications: Vec<String>,
    /// Change users who are there already.
    pub upsert: bool,
    /// For a run whose lane `lazy` is left: what makes the connection bring those users over. None: the connection has to
    /// be able to already.
    pub custom: Option<CustomDatabase>,
    /// How long the tenant may be out of reach before the import stops (and can be resumed).
    pub patience: Duration,
}

impl ImportOptions {
    /// The defaults of the command: connection `gigya`, the calling application, no upsert, five minutes of patience.
    #[must_use]
    pub fn new(target: impl Into<String>) -> Self {
        Self {
            target: target.into(),
            connection: "gigya".to_owned(),
            applications: Vec::new(),
            upsert: false,
            custom: None,
            patience: Duration::from_secs(300),
        }
    }
}
