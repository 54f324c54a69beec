//! JavaScript in a box: QuickJS with limits of time, memory and stack. Pure: what a script can reach is what its host
//! puts into the context.
//!
//! Two hosts share it: the scripts of dataflows (`dataflow`), where a call is over when it returns, and those of custom
//! databases (`tenant`), which wait for answers from elsewhere.

mod fault;
mod sandbox;

pub use fault::Fault;
pub use sandbox::{Limits, Sandbox, named};
