//! Searches over HTTP against a running site.

#[path = "search/aggregates.rs"]
mod aggregates;
#[path = "search/audit.rs"]
mod audit;
#[path = "search/cursors.rs"]
mod cursors;
#[path = "search/queries.rs"]
mod queries;
#[path = "search/refusals.rs"]
mod refusals;
#[path = "search/world.rs"]
mod world;
