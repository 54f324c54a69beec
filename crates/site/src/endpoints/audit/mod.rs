//! `audit.*`

mod search;

use super::{Endpoint, reads};

pub(super) const ENDPOINTS: &[Endpoint] = &[reads("audit.search", search::run)];
