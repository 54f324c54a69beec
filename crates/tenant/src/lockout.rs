//! Brute-force protection: ten failed logins in a row for one identifier from one address close it for that address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// Failures in a row that close an identifier for an address. Auth0's default.
pub(crate) const THRESHOLD: u32 = 10;

/// How long it stays closed (ms). Auth0's block ends after 30 days.
const CLOSED_MS: i64 = 30 * 24 * 3600 * 1000;

/// So that a flood of made-up identifiers does not grow without end.
const MOST: usize = 100_000;

/// The counters of failed logins; a restart of the tenant forgets them.
#[derive(Debug, Default)]
pub(crate) struct Lockout {
    failures: Mutex<HashMap<(i64, String, IpAddr), Failures>>,
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last: i64,
}

impl Lockout {
    /// Whether logins to `identifier` of connection `of` from `ip` are closed at `now_ms`.
    pub(crate) fn is_closed(&self, of: i64, identifier: &str, ip: IpAddr, now_ms: i64) -> bool {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures
            .get(&(of, identifier.to_owned(), ip))
            .is_some_and(|entry| entry.count >= THRESHOLD && now_ms - entry.last < CLOSED_MS)
    }

    /// Counts a failure.
    pub(crate) fn failed(&self, of: i64, identifier: &str, ip: IpAddr, now_ms: i64) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= MOST {
            failures.retain(|_, entry| entry.count >= THRESHOLD);
        }
        let entry =
            failures.entry((of, identifier.to_owned(), ip)).or_insert(Failures { count: 0, last: now_ms });
        entry.count += 1;
        entry.last = now_ms;
    }

    /// The addresses for which logins to `identifier` are closed, in order.
    pub(crate) fn closed_from(&self, of: i64, identifier: &str, now_ms: i64) -> Vec<IpAddr> {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let is_closed = |entry: &Failures| entry.count >= THRESHOLD && now_ms - entry.last < CLOSED_MS;
        let closed = failures
            .iter()
            .filter(|((place, name, _), entry)| *place == of && name == identifier && is_closed(entry));
        let mut addresses: Vec<IpAddr> = closed.map(|((_, _, ip), _)| *ip).collect();
        addresses.sort_unstable();
        addresses
    }

    /// Opens logins to `identifier` again, from everywhere.
    pub(crate) fn open(&self, of: i64, identifier: &str) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.retain(|(place, name, _), _| *place != of || name != identifier);
    }

    /// Forgets the failures: a login has passed.
    pub(crate) fn passed(&self, of: i64, identifier: &str, ip: IpAddr) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.remove(&(of, identifier.to_owned(), ip));
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    #[test]
    fn the_tenth_failure_closes_and_a_success_before_it_resets() {
        let lockout = Lockout::default();
        for _ in 0..9 {
            lockout.failed(1, "a", HERE, 0);
        }
        assert!(!lockout.is_closed(1, "a", HERE, 0));
        lockout.passed(1, "a", HERE);
        for _ in 0..10 {
            assert!(!lockout.is_closed(1, "a", HERE, 0));
            lockout.failed(1, "a", HERE, 0);
        }
        assert!(lockout.is_closed(1, "a", HERE, 0));
        assert!(!lockout.is_closed(1, "b", HERE, 0));
        assert!(!lockout.is_closed(2, "a", HERE, 0));
        assert!(!lockout.is_closed(1, "a", HERE, CLOSED_MS));
        assert_eq!(lockout.closed_from(1, "a", 0), [HERE]);
        assert!(
            lockout.closed_from(2, "a", 0).is_empty() && lockout.closed_from(1, "a", CLOSED_MS).is_empty()
        );
        lockout.open(2, "a");
        assert!(lockout.is_closed(1, "a", HERE, 0));
        lockout.open(1, "a");
        assert!(!lockout.is_closed(1, "a", HERE, 0));
    }
}
