//! Dataflows where a site and a home folder come in: the jobs of the local site, and dry runs.

mod jobs;
mod recorder;
mod report;
mod trial;
mod work;

pub use jobs::{Jobs, STORES};
pub use recorder::Recorder;
pub use report::{JobReport, Line};
pub use trial::{Around, Tried, try_out};
pub use work::WorkFolder;
