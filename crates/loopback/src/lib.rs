//! What the local worlds share: data folder, database, TLS with a test CA, ready line, clock, serving until told to stop.

mod certificate;
mod clock;
mod database;
mod folder;
mod ready;
mod serve;
mod stream;

pub use certificate::{CertificateError, Certificates};
pub use clock::{Clock, ManualClock, SharedClock, SystemClock};
pub use database::{Database, DatabaseError, Tables};
pub use folder::{DataFolder, FolderError};
pub use ready::Ready;
pub use serve::{Peer, ServeError, Server, bind};
