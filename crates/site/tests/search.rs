//! Searches over HTTP against a running site.

#![expect(clippy::unwrap_used, reason = "a failed step of a test ends it")]

#[path = "search/aggregates.rs"]
mod aggregates;
#[path = "search/audit.rs"]
mod audit;
#[path = "search/cursors.rs"]
mod cursors;
#[path = "search/faults.rs"]
mod faults;
#[path = "search/queries.rs"]
mod queries;
#[path = "search/refusals.rs"]
mod refusals;
#[path = "search/world.rs"]
mod world;
