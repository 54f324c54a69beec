//! The faults of a running world: who is hit.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::plan::{Argument, Fault, FaultPlan, Rule};
use crate::{SharedClock, SystemClock};

/// The faults of a running world; clones share their counts.
#[derive(Debug, Clone)]
pub struct Faults {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    seed: u64,
    rules: Vec<Armed>,
    clock: SharedClock,
    started_ms: i64,
}

#[derive(Debug)]
struct Armed {
    rule: Rule,
    counts: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    /// Requests or occasions that the rule is about.
    seen: u64,
    /// Those that it has hit.
    hit: u64,
}

impl Default for Faults {
    fn default() -> Self {
        Self::start(FaultPlan::default(), Arc::new(SystemClock))
    }
}

impl Faults {
    /// The faults of a world that starts now.
    #[must_use]
    pub fn start(plan: FaultPlan, clock: SharedClock) -> Self {
        let armed = |rule| Armed { rule, counts: Mutex::default() };
        let rules = plan.rules.into_iter().map(armed).collect();
        let started_ms = clock.now_ms();
        Self { inner: Arc::new(Inner { seed: plan.seed, rules, clock, started_ms }) }
    }

    /// Asks whether a fault of the world's own happens here; each call is one occasion.
    #[must_use]
    pub fn happens(&self, name: &str) -> Option<Argument> {
        self.first(|rule| matches!(&rule.fault, Fault::Named { name: known, .. } if *known == name))
            .and_then(|fault| if let Fault::Named { argument, .. } = fault { Some(argument) } else { None })
    }

    /// What befalls a request.
    pub(super) fn request(&self, method: &str, path: &str) -> Option<Fault> {
        self.first(|rule| {
            !matches!(rule.fault, Fault::Named { .. })
                && rule.on.as_ref().is_none_or(|target| target.matches(method, path))
        })
    }

    pub(super) fn clock(&self) -> &SharedClock {
        &self.inner.clock
    }

    /// The fault of the first rule that hits; every rule that is about it counts.
    fn first(&self, is_about: impl Fn(&Rule) -> bool) -> Option<Fault> {
        if self.inner.rules.is_empty() {
            return None;
        }
        let since = self.inner.clock.now_ms().saturating_sub(self.inner.started_ms);
        let since = Duration::from_millis(u64::try_from(since).unwrap_or(0));
        let mut fault = None;
        for (armed, number) in self.inner.rules.iter().zip(0_u64..) {
            if is_about(&armed.rule) && armed.hits(since, self.inner.seed, number) && fault.is_none() {
                fault = Some(armed.rule.fault.clone());
            }
        }
        fault
    }
}

impl Armed {
    fn hits(&self, since: Duration, seed: u64, number: u64) -> bool {
        let Rule { after, every, chance, first, from, until, .. } = &self.rule;
        if since < *from || until.is_some_and(|until| since >= until) {
            return false;
        }
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.seen += 1;
        let Some(nth) = counts.seen.checked_sub(*after).filter(|nth| *nth > 0) else { return false };
        let hit = every.is_none_or(|every| nth % every == 0)
            && chance.is_none_or(|chance| draw(seed, number, counts.seen) < chance)
            && first.is_none_or(|first| counts.hit < first);
        counts.hit += u64::from(hit);
        hit
    }
}

/// A number from 0 (included) to 1 (excluded) that is the same for the same seed, rule and number of the request, so
/// that it does not matter what other rules saw. SplitMix64, whose constants these are.
fn draw(seed: u64, rule: u64, nth: u64) -> f64 {
    let mut state = seed;
    for part in [rule, nth] {
        state = state.wrapping_add(part.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        state ^= state >> 31;
    }
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
    let (value, whole) = ((state >> 11) as f64, (1_u64 << 53) as f64);
    value / whole
}

#[cfg(test)]
mod tests {
    use super::super::vocabulary::{NamedFault, Takes, Vocabulary};
    use super::*;
    use crate::ManualClock;

    const WORLD: Vocabulary = Vocabulary {
        codes: &[429, 503],
        named: &[NamedFault { name: "job-stuck", takes: Takes::Nothing, about: "" }],
    };

    fn faults(text: &str) -> (Faults, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::at(5_000));
        (Faults::start(FaultPlan::parse(text, &WORLD).unwrap(), clock.clone()), clock)
    }

    /// Which of `count` requests are hit, from 1.
    fn hit(text: &str, count: u64) -> Vec<u64> {
        let (faults, _) = faults(text);
        (1..=count).filter(|_| faults.request("GET", "/a").is_some()).collect()
    }

    #[test]
    fn the_words_choose_in_their_order() {
        assert_eq!(hit("503", 3), [1, 2, 3]);
        assert_eq!(hit("503 every 3", 10), [3, 6, 9]);
        assert_eq!(hit("503 after 4", 6), [5, 6]);
        assert_eq!(hit("503 after 1 every 3 first 2", 20), [4, 7]);
        assert_eq!(hit("503 first 2", 5), [1, 2]);
        assert_eq!(hit("503 on POST /a", 5), Vec::<u64>::new());
        assert_eq!(hit("503 on GET /**", 2), [1, 2]);
    }

    #[test]
    fn chance_follows_the_seed_and_nothing_else() {
        let one = hit("seed 1; 503 chance 0.3", 1_000);
        assert_eq!(one, hit("seed 1; 503 chance 0.3", 1_000));
        assert_ne!(one, hit("seed 2; 503 chance 0.3", 1_000));
        assert!((250..350).contains(&one.len()), "{}", one.len());
        assert_eq!(hit("503 chance 0", 50).len(), 0);
        assert_eq!(hit("503 chance 1", 50).len(), 50);
    }

    #[test]
    fn the_first_rule_wins_and_all_count() {
        let (faults, _) = faults("503 every 2; 429 every 3");
        let codes: Vec<Option<Fault>> = (0..6).map(|_| faults.request("GET", "/")).collect();
        let answer = |code| Some(Fault::Answer { code, after: false });
        assert_eq!(codes, [None, answer(503), answer(429), answer(503), None, answer(503)]);
    }

    #[test]
    fn times_are_those_of_the_worlds_clock() {
        let (faults, clock) = faults("503 from 1s until 2s");
        let mut hits = Vec::new();
        for _ in 0..5 {
            hits.push(faults.request("GET", "/").is_some());
            clock.advance(500);
        }
        assert_eq!(hits, [false, false, true, true, false]);
    }

    #[test]
    fn a_worlds_own_faults_have_occasions_of_their_own() {
        let (faults, _) = faults("job-stuck every 2");
        assert!(faults.request("GET", "/").is_none());
        let happens: Vec<bool> = (0..4).map(|_| faults.happens("job-stuck").is_some()).collect();
        assert_eq!(happens, [false, true, false, true]);
        assert_eq!(faults.happens("other"), None);
    }
}
