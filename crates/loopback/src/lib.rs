//! What the local worlds share: data folder, database, TLS with a test CA, ready line, clock, pace, faults, serving until
//! told to stop.

mod bucket;
mod certificate;
mod clock;
mod database;
pub mod faults;
mod folder;
mod ready;
mod serve;
mod stream;

pub use bucket::{Allowance, Bucket, Level};
pub use certificate::{CertificateError, Certificates};
pub use clock::{Clock, Factor, FastClock, ManualClock, Reached, SharedClock, SystemClock, date_header};
pub use database::{Database, DatabaseError, Tables};
pub use faults::{FaultPlan, Faults, FaultsError};
pub use folder::{DataFolder, FolderError};
pub use ready::Ready;
pub use serve::{Peer, ServeError, Server, bind, bind_again};
