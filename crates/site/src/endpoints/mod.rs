//! The endpoints: a folder per namespace, a file per method.
//!
//! A method is a function from a call to the members of its answer; it runs where it may wait for the disk.

mod accounts;
mod audit;
mod ds;
mod gm;
mod idx;

use crate::call::Call;
use crate::document::Document;
use crate::error::ApiError;
use crate::state::AppState;

/// A method of the API.
#[derive(Debug)]
pub(crate) struct Endpoint {
    /// Its name: `accounts.getAccountInfo`.
    pub(crate) name: &'static str,
    /// What it does.
    pub(crate) run: fn(&AppState, &Call) -> Result<Document, ApiError>,
    /// Who may call it.
    pub(crate) access: Access,
    /// Whether the audit log has a row for each call.
    pub(crate) audited: bool,
}

/// Who may call a method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Callers with credentials of an application.
    Application,
    /// Also callers who bring the API key alone, as browsers do.
    Anyone,
}

/// A method that only reads.
const fn reads(name: &'static str, run: fn(&AppState, &Call) -> Result<Document, ApiError>) -> Endpoint {
    Endpoint { name, run, access: Access::Application, audited: false }
}

/// A method that writes.
const fn writes(name: &'static str, run: fn(&AppState, &Call) -> Result<Document, ApiError>) -> Endpoint {
    Endpoint { name, run, access: Access::Application, audited: true }
}

/// All methods, a slice for each namespace.
const NAMESPACES: &[&[Endpoint]] =
    &[accounts::ENDPOINTS, audit::ENDPOINTS, ds::ENDPOINTS, gm::ENDPOINTS, idx::ENDPOINTS];

/// The method of a name.
pub(crate) fn find(name: &str) -> Option<&'static Endpoint> {
    NAMESPACES.iter().flat_map(|endpoints| endpoints.iter()).find(|endpoint| endpoint.name == name)
}
