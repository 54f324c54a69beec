//! The folder of a run: `0700`, its files `0600`. Layout in the README, "The run folder".

mod folder;
mod manifest;

pub use folder::{RunError, RunFolder};
pub use manifest::{Input, Manifest, Part, Policies, Target};
