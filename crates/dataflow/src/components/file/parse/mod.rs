//! `file.parse.*`: files become records.

mod dsv;
mod json;
mod split;

pub use dsv::ParseDsv;
pub use json::ParseJson;

use record::{Object, Record};

/// The member that names the file of a record, with `addFilename`. The documentation does not name it.
const FILE_NAME: &str = "_filename";

/// The one character between two values.
pub(super) fn separator(text: &str) -> Result<u8, String> {
    match text {
        "\\t" | "tab" => Ok(b'\t'),
        _ if text.len() == 1 && !matches!(text, "\"" | "\r" | "\n") => Ok(text.as_bytes()[0]),
        _ => Err("`columnSeparator` must be one ASCII character, or \\t".to_owned()),
    }
}

/// What stands on the error path for a record that cannot be read: where it was, not what it holds.
fn unreadable(file: &str, number: u64) -> Record {
    let mut members = Object::new();
    members.insert(FILE_NAME, file);
    members.insert("_record", number);
    Record::from(members)
}
