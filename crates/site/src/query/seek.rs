//! What of a condition an index can answer before any document is looked at.

use std::collections::BTreeSet;

use super::ast::{Comparison, Condition, Literal};
use super::value::Operand;

/// A narrowing by index: every document that fits the condition lies inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seek {
    /// The UIDs that can fit; None: any.
    pub uids: Option<BTreeSet<String>>,
    /// `lastUpdatedTimestamp` lies here.
    pub last_updated: Bounds,
    /// `createdTimestamp` lies here.
    pub created: Bounds,
    /// Whether every document inside fits, so that none needs to be tested.
    pub exact: bool,
}

/// A range of milliseconds since 1970, both ends inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// The least; `i64::MIN`: open.
    pub low: i64,
    /// The greatest; `i64::MAX`: open. Below `low` when nothing can fit.
    pub high: i64,
}

impl Bounds {
    /// All of time.
    pub const OPEN: Self = Self { low: i64::MIN, high: i64::MAX };

    /// Whether it narrows nothing.
    #[must_use]
    pub fn is_open(&self) -> bool {
        *self == Self::OPEN
    }

    fn narrow(&mut self, other: Self) {
        self.low = self.low.max(other.low);
        self.high = self.high.min(other.high);
    }
}

impl Seek {
    /// Everything, and everything fits.
    const ALL: Self = Self { uids: None, last_updated: Bounds::OPEN, created: Bounds::OPEN, exact: true };

    /// What can be said of a condition; of none, that everything fits.
    pub(super) fn new(condition: Option<&Condition>) -> Self {
        let mut seek = Self::ALL;
        if let Some(condition) = condition {
            seek.narrow(condition);
        }
        seek
    }

    fn narrow(&mut self, condition: &Condition) {
        match condition {
            Condition::And(parts) => parts.iter().for_each(|part| self.narrow(part)),
            Condition::Compare { path, comparison, literal } => match (path.as_str(), comparison) {
                ("UID", Comparison::Equal) => self.narrow_uids(std::slice::from_ref(literal)),
                ("lastUpdatedTimestamp", comparison) => match bounds(*comparison, literal) {
                    Some(bounds) => self.last_updated.narrow(bounds),
                    None => self.exact = false,
                },
                ("createdTimestamp", comparison) => match bounds(*comparison, literal) {
                    Some(bounds) => self.created.narrow(bounds),
                    None => self.exact = false,
                },
                _ => self.exact = false,
            },
            Condition::In { path, negated: false, literals } if path.as_str() == "UID" => {
                self.narrow_uids(literals);
            }
            _ => self.exact = false,
        }
    }

    /// UIDs are texts; a constant that could equal one in another writing (`1` and `"01"`) leaves them open.
    fn narrow_uids(&mut self, literals: &[Literal]) {
        let texts: Option<BTreeSet<String>> = literals
            .iter()
            .map(|literal| match literal {
                Literal::Text(text) if super::value::milliseconds(text).is_none() => Some(text.clone()),
                _ => None,
            })
            .collect();
        match (texts, &mut self.uids) {
            (None, _) => self.exact = false,
            (Some(texts), Some(uids)) => uids.retain(|uid| texts.contains(uid)),
            (Some(texts), uids @ None) => *uids = Some(texts),
        }
    }
}

/// The whole milliseconds that compare so with a constant; None where they are no range.
fn bounds(comparison: Comparison, literal: &Literal) -> Option<Bounds> {
    let wanted = Operand::new(literal).as_timestamp()?;
    let (floor, is_whole) = match wanted.as_i64() {
        Some(whole) => (whole, true),
        None => {
            let wanted = wanted.as_f64()?;
            #[expect(
                clippy::cast_possible_truncation,
                reason = "a cast that saturates is what a bound needs"
            )]
            let floor = wanted.floor() as i64;
            (floor, wanted.fract() == 0.0 && floor != i64::MIN && floor != i64::MAX)
        }
    };
    let ceiling = if is_whole { floor } else { floor.saturating_add(1) };
    let nothing = Bounds { low: i64::MAX, high: i64::MIN };
    Some(match comparison {
        Comparison::NotEqual => return None,
        Comparison::Equal if is_whole => Bounds { low: floor, high: floor },
        Comparison::Equal => nothing,
        Comparison::Less => match ceiling.checked_sub(1) {
            Some(high) => Bounds { high, ..Bounds::OPEN },
            None => nothing,
        },
        Comparison::LessOrEqual => Bounds { high: floor, ..Bounds::OPEN },
        Comparison::Greater => match floor.checked_add(1) {
            Some(low) => Bounds { low, ..Bounds::OPEN },
            None => nothing,
        },
        Comparison::GreaterOrEqual => Bounds { low: ceiling, ..Bounds::OPEN },
    })
}

#[cfg(test)]
mod tests {
    use super::super::ast::Query;
    use super::*;

    fn seek(condition: &str) -> Seek {
        let query: Query = format!("SELECT * FROM accounts WHERE {condition}").parse().unwrap();
        Seek::new(query.condition.as_ref())
    }

    #[test]
    fn ranges_of_time_are_seen() {
        let found = seek(
            "lastUpdatedTimestamp > 1000 and lastUpdatedTimestamp <= 2000 and createdTimestamp >= '1970-01-01'",
        );
        assert_eq!(found.last_updated, Bounds { low: 1001, high: 2000 });
        assert_eq!(found.created, Bounds { low: 0, high: i64::MAX });
        assert!(found.exact);
        assert_eq!(seek("createdTimestamp < 5.5").created.high, 5);
        assert_eq!(seek("createdTimestamp >= 5.5").created.low, 6);
        assert_eq!(seek("createdTimestamp = 1e300").created, Bounds { low: i64::MAX, high: i64::MIN });
    }

    #[test]
    fn uids_are_seen() {
        let found = seek("UID in ('a', 'b', 'c') and (UID = 'b' and profile.age > 3)");
        assert_eq!(found.uids, Some(BTreeSet::from(["b".into()])));
        assert!(!found.exact);
        assert_eq!(seek("UID = 5").uids, None);
    }

    #[test]
    fn what_may_hold_elsewhere_narrows_nothing() {
        for condition in [
            "UID = 'a' or createdTimestamp > 5",
            "not UID = 'a'",
            "createdTimestamp != 5",
            "UID not in ('a')",
        ] {
            let found = seek(condition);
            assert_eq!(found, Seek { exact: false, ..Seek::ALL }, "{condition}");
        }
    }
}
