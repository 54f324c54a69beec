//! Client of an Auth0 tenant: tokens, limits, connections, applications, jobs, users.
//!
//! Every call goes through one path ([`Client`]'s `send`), which renews the token, keeps below the rate limits that
//! the tenant announces, retries what passes and counts what it did ([`Counts`]). The resources are one file each and
//! add methods to [`Client`].

mod client;
mod config;
mod counts;
mod error;
mod limit;
mod resources;
mod send;
mod token;

pub use client::Client;
pub use config::{Config, Credentials, tenant_url};
pub use counts::Counts;
pub use error::{Error, Refusal};
pub use outbound::Outage;
pub use outbound::is_loopback;
pub use resources::applications::{Application, NewApplication};
pub use resources::connections::{Connection, attributes};
pub use resources::exports::{ExportField, ExportFormat, ExportJob, ExportRequest};
pub use resources::jobs::{
    Accepted, ImportRequest, Job, JobErrors, JobStatus, MAX_EXTERNAL_ID, MAX_REQUEST, MAX_USERS_FILE,
    Summary, UserError, UserErrors, multipart_len,
};
pub use resources::login::Login;
pub use resources::users::{FoundUsers, SEARCH_PAGE, any_of};
