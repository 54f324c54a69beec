//! Staying under a rate that nobody announces.
//!
//! Gigya limits searches and other calls each by a number per second that depends on the contract, and tells of it
//! only by refusing (403048). So the rate is learned: no limit until the first refusal, then a little below what the
//! site took, growing slowly near the rate at which it refused and faster the longer it has not (in the manner of TCP's
//! CUBIC), and lower the more often it refuses in a row. A refusal also holds everybody of its kind back for a moment.
//! Source of the two kinds: Gigya, "Acceptable Use Policy".

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The slowest that a client becomes, per second.
const FLOOR: f64 = 0.2;
/// What is left of the rate after a first refusal, and after one that follows it.
const STEP_BACK: f64 = 0.96;
const STEP_BACK_AGAIN: f64 = 0.7;
/// Growth per second, as a share of the rate that was refused: below and near it.
const RECOVER: f64 = 0.05;
const PROBE: f64 = 0.002;
/// Growth per second until the second refusal, as a share of the rate: the first one, which may have met what somebody
/// else had left of the site's second, says little.
const SEARCH: f64 = 0.5;
/// After so many seconds without a refusal the probing has doubled its speed, and so on.
const PATIENCE: f64 = 10.0;
/// The longest that a refusal holds calls back.
const MAX_HOLD: Duration = Duration::from_secs(20);
/// How far back the rate is measured, and the least that says anything.
const WINDOW: Duration = Duration::from_secs(1);
const LEAST_WINDOW: Duration = Duration::from_millis(250);

/// The kinds of calls that a site counts apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `accounts.search` and its kin.
    Search,
    /// Everything else.
    Other,
}

impl Kind {
    pub(crate) fn of(method: &str) -> Self {
        if method.ends_with(".search") { Self::Search } else { Self::Other }
    }
}

/// A turn: when it was given tells whether a refusal is news.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Turn {
    refusals: u64,
}

/// The paces of one client.
#[derive(Debug, Default)]
pub(crate) struct Pacer {
    search: Mutex<Pace>,
    other: Mutex<Pace>,
}

impl Pacer {
    /// Takes the next turn; it comes after the given wait.
    pub(crate) fn take(&self, kind: Kind, now: Instant) -> (Turn, Duration) {
        self.with(kind, |pace| pace.take(now))
    }

    /// The site has taken a call.
    pub(crate) fn granted(&self, kind: Kind, now: Instant) {
        self.with(kind, |pace| pace.granted(now));
    }

    /// The site has refused a call because of its rate.
    pub(crate) fn refused(&self, kind: Kind, turn: Turn, now: Instant) {
        self.with(kind, |pace| pace.refused(turn, now));
    }

    fn with<T>(&self, kind: Kind, act: impl FnOnce(&mut Pace) -> T) -> T {
        let pace = match kind {
            Kind::Search => &self.search,
            Kind::Other => &self.other,
        };
        act(&mut pace.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[derive(Debug, Default)]
struct Pace {
    /// Calls per second; none while nothing was refused.
    rate: Option<f64>,
    /// The rate at the last refusal.
    ceiling: f64,
    /// When the first turn was.
    first: Option<Instant>,
    /// When the next turn may be.
    next: Option<Instant>,
    /// Refusals that were taken to heart; those of calls which were under way by then are the same news.
    refusals: u64,
    /// Refusals since the last call that was taken.
    in_a_row: u32,
    last_refusal: Option<Instant>,
    last_growth: Option<Instant>,
    /// When the calls of the last second were taken.
    taken: VecDeque<Instant>,
}

impl Pace {
    fn take(&mut self, now: Instant) -> (Turn, Duration) {
        let turn = Turn { refusals: self.refusals };
        self.first.get_or_insert(now);
        let at = self.next.map_or(now, |next| next.max(now));
        if let Some(rate) = self.rate {
            self.next = Some(at + Duration::from_secs_f64(1.0 / rate));
        }
        (turn, at - now)
    }

    fn granted(&mut self, now: Instant) {
        self.in_a_row = 0;
        self.taken.push_back(now);
        self.forget(now);
        let (Some(rate), Some(refusal)) = (self.rate, self.last_refusal) else { return };
        let since = |then: Instant| now.saturating_duration_since(then).as_secs_f64();
        let passed = since(self.last_growth.unwrap_or(refusal)).min(1.0);
        self.last_growth = Some(now);
        let growth = if self.refusals < 2 {
            rate * SEARCH
        } else if rate < self.ceiling * STEP_BACK {
            self.ceiling * RECOVER
        } else {
            self.ceiling * PROBE * (since(refusal) / PATIENCE).exp2().min(64.0)
        };
        self.rate = Some(rate + growth * passed);
    }

    fn refused(&mut self, turn: Turn, now: Instant) {
        if turn.refusals < self.refusals {
            return;
        }
        self.refusals += 1;
        self.in_a_row += 1;
        self.forget(now);
        let age = now.saturating_duration_since(self.first.unwrap_or(now)).clamp(LEAST_WINDOW, WINDOW);
        #[expect(clippy::cast_precision_loss, reason = "calls of one second")]
        let measured = (self.taken.len() as f64).max(1.0) / age.as_secs_f64();
        let rate = match self.rate {
            None => measured,
            // The end of the search: what the site took in the last second is what it takes.
            Some(rate) if self.refusals == 2 => rate.min(measured.max(rate / 2.0)),
            Some(rate) => rate,
        };
        self.ceiling = rate;
        let step = if self.in_a_row > 1 { STEP_BACK_AGAIN } else { STEP_BACK };
        let rate = (rate * step).max(FLOOR);
        self.rate = Some(rate);
        self.last_refusal = Some(now);
        self.last_growth = Some(now);
        let hold =
            Duration::from_secs_f64(1.0 / rate).saturating_mul(1 << (self.in_a_row - 1).min(8)).min(MAX_HOLD);
        let until = now + hold.mul_f64(rand::random_range(1.0..1.25));
        self.next = Some(self.next.map_or(until, |next| next.max(until)));
    }

    fn forget(&mut self, now: Instant) {
        while self.taken.front().is_some_and(|&at| now.saturating_duration_since(at) > WINDOW) {
            self.taken.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A site that takes `limit` calls in each second by the clock, as Gigya's words have it.
    struct Site {
        limit: u32,
        second: u64,
        used: u32,
    }

    impl Site {
        fn takes(&mut self, at: Duration) -> bool {
            if at.as_secs() != self.second {
                (self.second, self.used) = (at.as_secs(), 0);
            }
            self.used += 1;
            self.used <= self.limit
        }
    }

    /// Calls back to back for `seconds`; how many were taken and refused in the last half.
    fn simulate(limit: u32, latency: Duration, seconds: u64) -> (u64, u64) {
        let (mut pace, mut site) = (Pace::default(), Site { limit, second: 0, used: 0 });
        let start = Instant::now();
        let (mut now, mut taken, mut refused) = (Duration::ZERO, 0, 0);
        while now.as_secs() < seconds {
            let (turn, wait) = pace.take(start + now);
            now += wait;
            let (late, good) = (now.as_secs() >= seconds / 2, site.takes(now));
            if good {
                pace.granted(start + now);
            } else {
                pace.refused(turn, start + now);
            }
            if late {
                *(if good { &mut taken } else { &mut refused }) += 1;
            }
            now += latency;
        }
        (taken, refused)
    }

    #[test]
    fn nothing_refused_nothing_waited() {
        let (mut pace, now) = (Pace::default(), Instant::now());
        for _ in 0..1000 {
            assert_eq!(pace.take(now).1, Duration::ZERO);
            pace.granted(now);
        }
    }

    #[test]
    fn what_the_site_allows_is_used_and_hardly_ever_overdrawn() {
        for limit in [3, 10, 50, 120] {
            let (taken, refused) = simulate(limit, Duration::from_millis(1), 240);
            let allowed = u64::from(limit) * 120;
            assert!(taken * 100 >= allowed * 95, "{limit}/s: {taken} of {allowed}, {refused} refused");
            assert!(refused * 100 <= allowed * 4, "{limit}/s: {refused} refused of {allowed}");
        }
    }

    #[test]
    fn a_site_whose_second_somebody_else_has_used_is_not_held_to_be_slow() {
        for used in 0..10 {
            let (mut pace, mut site) = (Pace::default(), Site { limit: 10, second: 0, used });
            let start = Instant::now();
            let (mut now, mut taken) = (Duration::from_millis(800), 0);
            while now.as_secs() < 20 {
                let (turn, wait) = pace.take(start + now);
                now += wait;
                if site.takes(now) {
                    taken += 1;
                    pace.granted(start + now);
                } else {
                    pace.refused(turn, start + now);
                }
                now += Duration::from_millis(30);
            }
            // Where the first refusal was taken for the rate, it stayed at a third.
            assert!(taken >= 120, "{used} used: {taken} of 190");
        }
    }

    /// Several readers of a site that fills its bucket all the time, refuses at once and takes its time over pages; how many
    /// it took and refused in `seconds`.
    fn readers(limit: f64, pages: Duration, seconds: u64) -> (u64, u64) {
        const AT_ONCE: Duration = Duration::from_millis(2);
        let (mut pace, start) = (Pace::default(), Instant::now());
        let (mut tokens, mut filled) = (limit, Duration::ZERO);
        let (mut taken, mut refused) = (0, 0);
        // What each does next, and when: asks for a turn, sends, or has an answer.
        let mut next: Vec<(Duration, Option<Turn>, Option<bool>)> =
            (0..8).map(|number| (Duration::from_millis(number), None, None)).collect();
        loop {
            let (now, turn, answer) = next.iter_mut().min_by_key(|one| one.0).unwrap();
            if now.as_secs() >= seconds {
                return (taken, refused);
            }
            match (&turn, answer.take()) {
                (None, _) => {
                    let (new, wait) = pace.take(start + *now);
                    (*now, *turn) = (*now + wait, Some(new));
                }
                (Some(_), None) => {
                    tokens = (tokens + (*now - filled).as_secs_f64() * limit).min(limit);
                    filled = *now;
                    let good = tokens >= 1.0;
                    tokens -= f64::from(u8::from(good));
                    *now += if good { pages } else { AT_ONCE };
                    *answer = Some(good);
                }
                (Some(asked), Some(good)) => {
                    if good {
                        pace.granted(start + *now);
                        taken += 1;
                    } else {
                        pace.refused(*asked, start + *now);
                        refused += 1;
                    }
                    *turn = None;
                }
            }
        }
    }

    #[test]
    fn pages_that_take_long_are_no_sign_of_a_slow_site() {
        for latency in [20, 150, 300, 600] {
            let (taken, refused) = readers(10.0, Duration::from_millis(latency), 40);
            assert!(taken >= 380, "{latency} ms: {taken} of 400, {refused} refused");
            assert!(refused <= 40, "{latency} ms: {refused} refused");
        }
    }

    #[test]
    fn a_slow_client_is_not_slowed_further() {
        let (taken, refused) = simulate(10, Duration::from_millis(200), 100);
        assert_eq!(refused, 0);
        assert!(taken >= 249, "{taken}");
    }

    #[test]
    fn refusals_of_calls_under_way_are_one_refusal() {
        let (mut pace, now) = (Pace::default(), Instant::now());
        let turns: Vec<Turn> = (0..20).map(|_| pace.take(now).0).collect();
        turns.iter().take(10).for_each(|_| pace.granted(now));
        for turn in &turns[10..] {
            pace.refused(*turn, now);
        }
        assert_eq!(pace.rate, Some(40.0 * STEP_BACK), "ten in a quarter of a second");
    }

    #[test]
    fn a_site_that_takes_nothing_is_asked_ever_less() {
        let (mut pace, mut now) = (Pace::default(), Instant::now());
        let mut last = Duration::ZERO;
        for _ in 0..20 {
            let (turn, wait) = pace.take(now);
            last = wait;
            now += wait;
            pace.refused(turn, now);
        }
        assert!(last >= Duration::from_secs(5) && last <= MAX_HOLD.mul_f64(1.25), "{last:?}");
    }

    #[test]
    fn searches_and_other_calls_are_paced_apart() {
        let (pacer, now) = (Pacer::default(), Instant::now());
        let (turn, _) = pacer.take(Kind::of("accounts.search"), now);
        pacer.refused(Kind::Search, turn, now);
        assert!(pacer.take(Kind::of("audit.search"), now).1 > Duration::ZERO);
        assert_eq!(pacer.take(Kind::of("accounts.getAccountInfo"), now).1, Duration::ZERO);
    }
}
