//! What the records of a file are: accounts of a Gigya site, or users in Auth0's schema.

use std::collections::HashMap;
use std::path::Path;

use migration::prepare::Kind;
use migration::read::{ReadOptions, Records, Stream};
use serde::de::IgnoredAny;

type Members = HashMap<String, IgnoredAny>;

/// Records that are looked at.
const LOOKED_AT: usize = 50;

/// Looks at the first records: accounts have a `UID`, users have not. A file of which nothing can be read counts as
/// accounts, and prepare says what is wrong with it.
pub(crate) fn kind_of(file: &Path) -> Kind {
    let mut stream = Stream::new(vec![file.to_owned()], ReadOptions::default());
    let mut users = false;
    let Ok(Some(chunk)) = stream.next_chunk() else { return Kind::Accounts };
    let bytes: &[u8] = &chunk.bytes;
    let records: Vec<Members> = match &chunk.records {
        Records::Listed(records) => records
            .iter()
            .filter_map(|record| serde_json::from_slice(bytes.get(record.start..record.end)?).ok())
            .take(LOOKED_AT)
            .collect(),
        Records::Lines => serde_json::Deserializer::from_slice(bytes)
            .into_iter()
            .map_while(Result::ok)
            .take(LOOKED_AT)
            .collect(),
    };
    for record in records {
        if record.contains_key("UID") {
            return Kind::Accounts;
        }
        users |= ["user_id", "email", "username", "phone_number", "Id", "Email"]
            .iter()
            .any(|name| record.contains_key(*name));
    }
    if users { Kind::Users } else { Kind::Accounts }
}
