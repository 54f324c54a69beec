//! Wrong passwords in a row, counted for each account.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::policies::AccountLockout;

/// The counters; a restart of the site forgets them, the locks of accounts it keeps.
#[derive(Debug, Default)]
pub(crate) struct Lockout {
    failures: Mutex<HashMap<i64, u32>>,
}

impl Lockout {
    /// Counts a wrong password for the account of a key; the end of its lock (ms) when that locks it.
    pub(crate) fn failed(&self, pk: i64, policy: &AccountLockout, now_ms: i64) -> Option<i64> {
        let threshold = policy.failed_login_threshold;
        if threshold == 0 {
            return None;
        }
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let count = failures.entry(pk).or_default();
        *count += 1;
        if *count < threshold {
            return None;
        }
        failures.remove(&pk);
        Some(now_ms.saturating_add(policy.lockout_time_sec.saturating_mul(1000)))
    }

    /// Forgets the failures: a login has passed.
    pub(crate) fn passed(&self, pk: i64) {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).remove(&pk);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_as_the_policy_says_lock_and_a_success_resets() {
        let lockout = Lockout::default();
        let policy = AccountLockout { failed_login_threshold: 2, lockout_time_sec: 60 };
        assert_eq!(lockout.failed(1, &policy, 0), None);
        lockout.passed(1);
        assert_eq!(lockout.failed(1, &policy, 0), None);
        assert_eq!(lockout.failed(2, &policy, 0), None);
        assert_eq!(lockout.failed(1, &policy, 0), Some(60_000));
        assert_eq!(lockout.failed(1, &AccountLockout::default(), 0), None);
    }
}
