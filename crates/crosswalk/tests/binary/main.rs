//! The real binary, as users and scripts meet it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod command;
mod first_run;
mod flow;
mod flow_migration;
mod home;
mod import;
mod lazy;
mod live_site;
mod page;
mod retry;
mod runs;
mod site;
mod standing;
mod usage;
mod users_export;
mod world;
