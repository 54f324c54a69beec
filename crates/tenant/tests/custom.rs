//! Custom databases: their scripts, with import mode and without.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a failed step of a test ends it")]

#[path = "custom/imports.rs"]
mod imports;
#[path = "custom/legacy.rs"]
mod legacy;
#[path = "custom/own.rs"]
mod own;
#[path = "custom/sandbox.rs"]
mod sandbox;
mod world;
