//! Variables of the site: what `<$NAME$>` means in its dataflows. In `idx.search` they are the table `global-config`.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Value, json};

use super::mask::MASK;

/// Values by name. They may be secrets, so they are kept in memory only and shown to nobody.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Variables(pub BTreeMap<String, String>);

impl Variables {
    /// As documents of `global-config`. Gigya documents none; ours are `id`, the name, and `value`, masked.
    pub(crate) fn documents(&self) -> impl Iterator<Item = Value> {
        self.0.keys().map(|name| json!({"id": name, "value": MASK}))
    }
}

impl fmt::Debug for Variables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
