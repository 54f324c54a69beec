//! `file.format.*`: records become files.

mod aam;
mod count;
mod cut;
mod dsv;
mod json;
mod krux;

pub use aam::FormatAam;
pub use count::FormatCount;
pub use dsv::FormatDsv;
pub use json::FormatJson;
pub use krux::FormatKrux;

use record::{Record, Value};

/// The member that tells whose record it is: `UID`, or the first.
fn subject(record: &Record) -> Option<(&str, &Value)> {
    let members = record.members();
    let uid = members.iter().find(|(name, _)| name.as_str() == "UID");
    uid.or_else(|| members.iter().next()).map(|(name, value)| (name.as_str(), value))
}
