//! The site by its API: one program, since each one has to be linked.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed step of a test ends it"
)]

mod custom;
mod jobs;
mod sample;
mod scenarios;
mod world;
