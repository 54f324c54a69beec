//! Dataflows where a site and a home folder come in: the jobs of the local site, and dry runs.

mod jobs;
mod losses;
mod orders;
mod recorder;
mod report;
mod trial;
mod work;
mod writers;

pub use jobs::{Jobs, ORDER, STORES};
pub use orders::{Order, Orders};
pub use recorder::Recorder;
pub use report::{JobReport, Line};
pub use trial::{Around, Tried, try_out};
pub use work::WorkFolder;
pub use writers::{SiteWriter, writers_elsewhere};
