//! Doubles of email, user name, phone number and id over the whole run.
//!
//! Every packed user leaves a fingerprint of each identifier and the place of its bytes, both spilled to disk
//! ([`Fingerprints`], [`Index`]). After reading, equal fingerprints are found bucket by bucket and the losers are named
//! ([`judge`]); their bytes are overwritten by records from the tail ([`crate::pack::compact`]).

mod fingerprints;
mod index;
mod judge;
mod merge;

pub use fingerprints::{Fingerprints, Group, Hasher, Key, Member, folded};
pub use index::{Index, Place};
pub use judge::{Judgement, Loser, judge};
pub use merge::merge;
