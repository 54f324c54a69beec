//! The folder of a run: `0700`, its files `0600`. Layout in the README, "The run folder".

mod folder;
mod manifest;

/// The mapping document that a run was prepared with, in its folder.
pub const MAPPING: &str = "mapping.toml";

pub use folder::{RunError, RunFolder};
pub use manifest::{Input, Manifest, Orders, Part, Policies, Retry, Target};
