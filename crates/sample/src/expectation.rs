//! What must become of a sample, so that a test of the whole can hold its report against it.

use std::collections::BTreeMap;

/// How the user's password gets across, without a custom database connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// With the hash.
    Hash,
    /// No password but a social login.
    Social,
    /// By a password reset.
    Reset,
}

/// What becomes of one record with the default mapping and policies, in an empty connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expectation {
    /// The user is created.
    Imported(Lane),
    /// The account is set aside with this code.
    SetAside(&'static str),
}

/// The sums over a whole sample.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expectations {
    /// Records in the file, broken ones included.
    pub records: u64,
    /// Users created.
    pub imported: u64,
    /// Users created, by lane.
    pub lanes: BTreeMap<Lane, u64>,
    /// Records set aside, by code.
    pub set_aside: BTreeMap<&'static str, u64>,
    /// Users that were mended (a name cut, a picture dropped).
    pub mended: u64,
}

impl Expectations {
    pub(crate) fn add(&mut self, expectation: Expectation, mended: bool) {
        self.records += 1;
        self.mended += u64::from(mended);
        match expectation {
            Expectation::Imported(lane) => {
                self.imported += 1;
                *self.lanes.entry(lane).or_default() += 1;
            }
            Expectation::SetAside(code) => *self.set_aside.entry(code).or_default() += 1,
        }
    }
}
