//! Users by outcome: each number is counted, none is got by subtracting.

use std::collections::HashMap;

use crate::report::{Cause, Counters};
use crate::step::{Outcome, State};

/// Users by outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Users in the parts, as the manifest says.
    pub packed: u64,
    /// Created by this run.
    pub imported: u64,
    /// Changed by this run.
    pub updated: u64,
    /// There before, and equal.
    pub already_there: u64,
    /// Refused.
    pub failed: u64,
    /// Without an outcome yet; 0 when the import is through.
    pub open: u64,
}

impl Tally {
    /// Whether every packed user is in exactly one outcome.
    #[must_use]
    pub fn adds_up(&self) -> bool {
        self.packed == self.imported + self.updated + self.already_there + self.failed + self.open
    }

    /// Puts the numbers where the report has them.
    pub fn fill(&self, counters: &mut Counters) {
        counters.packed = Some(self.packed);
        counters.imported = Some(self.imported);
        counters.updated = Some(self.updated);
        counters.already_there = Some(self.already_there);
        counters.failed = Some(self.failed);
        counters.open = Some(self.open).filter(|open| *open > 0);
    }
}

/// Adds up parts.
#[derive(Debug, Default)]
pub(super) struct Counting {
    pub(super) tally: Tally,
    causes: HashMap<String, u64>,
}

impl Counting {
    pub(super) fn part(&mut self, users: u32, state: &State) {
        self.tally.packed += u64::from(users);
        self.tally.open += u64::try_from(state.open.len()).unwrap_or(u64::MAX);
        for outcome in state.outcomes.values() {
            match outcome {
                Outcome::Imported => self.tally.imported += 1,
                Outcome::Updated => self.tally.updated += 1,
                Outcome::AlreadyThere => self.tally.already_there += 1,
                Outcome::Failed { code, .. } => {
                    self.tally.failed += 1;
                    *self.causes.entry(code.clone()).or_default() += 1;
                }
            }
        }
    }

    /// The causes, most frequent first.
    pub(super) fn causes(self) -> Vec<Cause> {
        let mut causes: Vec<Cause> = self
            .causes
            .into_iter()
            .map(|(code, count)| Cause { code, stage: "import".to_owned(), count })
            .collect();
        causes.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.code.cmp(&other.code)));
        causes
    }
}
