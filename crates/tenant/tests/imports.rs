//! Import jobs over HTTP.

#[path = "imports/api.rs"]
mod api;
#[path = "imports/faults.rs"]
mod faults;
#[path = "imports/jobs.rs"]
mod jobs;
#[path = "imports/kill.rs"]
mod kill;
#[path = "imports/requests.rs"]
mod requests;
#[path = "imports/upsert.rs"]
mod upsert;
