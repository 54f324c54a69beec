//! IdentitySync: dataflows as documents, schedulings, and the jobs that they start.
//!
//! The site stores, masks, schedules and retries. What a dataflow does is not its business: whoever starts the site gives
//! it a [`Flows`].
//!
//! Source: Gigya, "Dataflow Object", "Scheduling Object", "JobStatus object".

pub(crate) mod dataflow;
mod flows;
mod frequency;
mod inside;
pub(crate) mod job;
pub(crate) mod mask;
pub(crate) mod scheduler;
pub(crate) mod scheduling;
pub(crate) mod table;
mod variables;

pub use flows::{Failed, Flows, Progress, Run, Running};
pub use inside::{Dataflow, IdentitySync, Job, Saved};
pub use variables::Variables;
