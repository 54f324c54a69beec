//! Import and export jobs over HTTP.

#[cfg(test)]
#[path = "imports/api.rs"]
mod api;
#[cfg(test)]
#[path = "exports/mod.rs"]
mod exports;
#[cfg(test)]
#[path = "imports/faults.rs"]
mod faults;
#[cfg(test)]
#[path = "imports/jobs.rs"]
mod jobs;
#[cfg(test)]
#[path = "imports/kill.rs"]
mod kill;
#[cfg(test)]
#[path = "imports/requests.rs"]
mod requests;
#[cfg(test)]
#[path = "imports/trouble.rs"]
mod trouble;
#[cfg(test)]
#[path = "imports/upsert.rs"]
mod upsert;
