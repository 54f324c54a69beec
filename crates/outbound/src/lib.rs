//! What clients of other machines share: roots of trust, plain http on loopback only, back-off, outages.
//!
//! The client of a tenant and that of a site speak to different services and never know each other; how a connection
//! is trusted and how long one waits before trying again is decided here, once.

mod http;
mod outage;
mod retry;
mod url;

pub use http::{cause, date, http_client, lasting, tls_config};
pub use outage::{Outage, Outages};
pub use retry::back_off;
pub use url::{check_url, is_loopback};

/// A configuration with which nothing can be sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(pub String);
