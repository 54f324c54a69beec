//! One record by itself: what the run would make of it. It is the worker of a run that is given a chunk of one record.

use mapping::Mapping;
use serde_json::{Map, Value};

use super::batch::Lane;
use super::options::PrepareOptions;
use super::worker::Worker;
use crate::duplicates::Fingerprints;
use crate::linking::identities;
use crate::read::{Buffer, Chunk, Record, Records};
use crate::report::Unmovable;

/// What becomes of a record. Doubles are not looked for, since they are found among all records of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// Where it ends.
    pub fate: Fate,
    /// Codes of what was mended in the user.
    pub mended: Vec<&'static str>,
    /// Why its password cannot move, if it cannot.
    pub password: Option<Unmovable>,
    /// Its social identities, as `linking.ndjson` names them.
    pub identities: Vec<Value>,
}

/// Where a record ends.
#[derive(Debug, Clone, PartialEq)]
pub enum Fate {
    /// It is packed: the user as it is sent, password hash included, and how the password gets across.
    Packed {
        /// The user.
        user: Map<String, Value>,
        /// Its lane.
        lane: Lane,
    },
    /// It is left for its first login.
    Left,
    /// It is set aside: code and reason.
    SetAside {
        /// Stable code.
        code: &'static str,
        /// A sentence for a person.
        reason: String,
    },
    /// It is not among the records that were asked for.
    NotSelected,
}

/// Reads, maps and screens one record, as a run with these options would.
#[must_use]
pub fn judge(record: &str, mapping: &Mapping, options: &PrepareOptions) -> Judged {
    let mut bytes = Vec::with_capacity(record.len() + scan::PADDING);
    bytes.extend_from_slice(record.as_bytes());
    let whole = Record { start: 0, end: bytes.len(), at: 0, fault: None };
    let chunk = Chunk {
        input: 0,
        name: "".into(),
        offset: 0,
        bytes: Buffer::from(bytes),
        records: Records::Listed(vec![whole]),
        rows: false,
    };
    // Nobody compares the fingerprints of one user.
    let hasher = Fingerprints::new((0, 0)).hasher();
    let batch = Worker::new(mapping, options, hasher).work(&chunk);
    let password = batch.counts.passwords.into_iter().next();
    let fate = match (batch.aside.into_iter().next(), batch.ready.first()) {
        (Some(aside), _) => Fate::SetAside { code: aside.code, reason: aside.reason },
        (None, Some(ready)) => {
            // Each user has a comma before it.
            let user = batch.users.get(1..).unwrap_or_default();
            Fate::Packed { user: serde_json::from_slice(user).unwrap_or_default(), lane: ready.lane }
        }
        (None, None) if batch.counts.left > 0 => Fate::Left,
        (None, None) => Fate::NotSelected,
    };
    let mut mended: Vec<&'static str> = batch.counts.mended.into_keys().collect();
    mended.sort_unstable();
    Judged {
        identities: identities(&batch.linking),
        fate,
        mended,
        password: password.map(|((code, reason), count)| Unmovable { code: code.to_owned(), reason, count }),
    }
}
