//! Which record is which: awkward cases spread over the file, the rest ordinary.

use crate::case::{Case, EACH};
use crate::expectation::Lane;

/// What kind of record stands at a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// One of the awkward cases; the turn counts the accounts of this case from 0.
    Case { case: Case, turn: u64 },
    /// Has the email of the ordinary record at `partner`. Only in what is not a case: about 1 % of a large sample.
    Double { partner: u64 },
    /// Looks like most accounts of a site.
    Ordinary(Lane),
}

/// The plan of a sample. The number of awkward accounts is fixed: a large sample looks like a real site.
#[derive(Debug, Clone)]
pub(crate) struct Deck {
    cases: Vec<Case>,
    awkward: u64,
    accounts: u64,
}

impl Deck {
    pub(crate) fn new(accounts: u64) -> Self {
        let cases: Vec<Case> = Case::all().collect();
        let all = cases.len() as u64 * EACH;
        // A sample too small for all cases keeps a seventh of ordinary accounts, so that doubles find a partner.
        let awkward = all.min(accounts - accounts / 7);
        Self { cases, awkward, accounts }
    }

    /// The role of the record at `index`, counted from 0.
    pub(crate) fn role(&self, index: u64) -> Role {
        if let Some(drawn) = self.drawn(index) {
            let turn = drawn / self.cases.len() as u64;
            let case = self.cases[(drawn % self.cases.len() as u64) as usize];
            return match case {
                // Without an ordinary account before it there is nothing to double.
                Case::DoubleEmail if self.partner(index).is_none() => ordinary(index),
                case => Role::Case { case, turn },
            };
        }
        if index % 100 == 57
            && self.accounts > 10 * self.awkward
            && let Some(partner) = self.partner(index)
        {
            return Role::Double { partner };
        }
        ordinary(index)
    }

    /// The ordinary record whose email a double at `index` takes: some way back, as the second sign-up of a person is.
    pub(crate) fn partner(&self, index: u64) -> Option<u64> {
        let start = index - (index / 3).min(5000);
        (0..start).rev().take(200).find(|&at| {
            self.drawn(at).is_none() && at % 100 != 57 && ordinary(at) == Role::Ordinary(Lane::Hash)
        })
    }

    /// Position in the deck of the awkward record at `index`: deck position k stands at `k * accounts / awkward`.
    fn drawn(&self, index: u64) -> Option<u64> {
        if self.awkward == 0 {
            return None;
        }
        let position = (index * self.awkward).div_ceil(self.accounts);
        (position < self.awkward && position * self.accounts / self.awkward == index).then_some(position)
    }
}

/// Most people have a password; some only a social login, a few neither.
fn ordinary(index: u64) -> Role {
    Role::Ordinary(if index % 20 == 3 {
        Lane::Social
    } else if index % 50 == 11 {
        Lane::Reset
    } else {
        Lane::Hash
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn counts(accounts: u64) -> BTreeMap<Case, u64> {
        let deck = Deck::new(accounts);
        let mut counts = BTreeMap::new();
        for index in 0..accounts {
            if let Role::Case { case, turn } = deck.role(index) {
                let count = counts.entry(case).or_insert(0);
                assert_eq!(turn, *count, "turns of {case:?} count up");
                *count += 1;
            }
        }
        counts
    }

    #[test]
    fn the_default_sample_holds_at_least_twenty_of_each() {
        let counts = counts(2000);
        for case in Case::all() {
            assert!(counts.get(&case).is_some_and(|count| *count >= 20), "{case:?}: {:?}", counts.get(&case));
        }
    }

    #[test]
    fn a_large_sample_has_no_more_of_them() {
        assert!(counts(50_000).values().all(|count| *count <= EACH));
    }

    #[test]
    fn small_samples_work() {
        for accounts in 0..200 {
            counts(accounts);
        }
    }

    #[test]
    fn partners_are_ordinary() {
        let deck = Deck::new(50_000);
        for index in 0..50_000 {
            let partner = match deck.role(index) {
                Role::Double { partner } => partner,
                Role::Case { case: Case::DoubleEmail, .. } => deck.partner(index).unwrap(),
                _ => continue,
            };
            assert_eq!(deck.role(partner), Role::Ordinary(Lane::Hash), "{index} doubles {partner}");
        }
    }
}
