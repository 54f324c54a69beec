//! Token buckets: how a world with the pace of a real one counts requests.

use std::sync::{Mutex, PoisonError};

/// How many requests a world takes: so many at once, and so many in the long run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Allowance {
    /// Requests that may come at once.
    pub burst: u32,
    /// Requests per second after that.
    pub per_second: f64,
}

impl Allowance {
    /// `burst` at once and `rate` per second.
    #[must_use]
    pub const fn per_second(burst: u32, rate: u32) -> Self {
        Self { burst, per_second: rate as f64 }
    }

    /// `burst` at once and `rate` per minute.
    #[must_use]
    pub const fn per_minute(burst: u32, rate: u32) -> Self {
        Self { burst, per_second: rate as f64 / 60.0 }
    }
}

/// What sums of fractions may lack of a whole token.
const SLACK: f64 = 1e-9;

/// A token bucket: full at first, refilled by the world's clock.
#[derive(Debug)]
pub struct Bucket {
    allowance: Allowance,
    level: Mutex<(f64, i64)>,
}

/// How full a bucket is after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level {
    /// Whether the request may pass.
    pub passed: bool,
    /// Requests that may come at once when the bucket is full.
    pub limit: u32,
    /// Whole requests that may follow at once.
    pub remaining: u32,
    /// When a request may come again at the latest: seconds since 1970, after now.
    pub reset: i64,
}

impl Bucket {
    /// A full bucket.
    #[must_use]
    pub fn new(allowance: Allowance) -> Self {
        Self { allowance, level: Mutex::new((f64::from(allowance.burst), i64::MIN)) }
    }

    /// Takes one request out of the bucket at `now_ms`. A refused one takes nothing.
    pub fn take(&self, now_ms: i64) -> Level {
        let Allowance { burst, per_second } = self.allowance;
        let mut level = self.level.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut tokens, at_ms) = *level;
        #[expect(
            clippy::cast_precision_loss,
            reason = "what is lost is far below a millisecond in a century"
        )]
        let elapsed = now_ms.saturating_sub(at_ms).max(0) as f64 / 1000.0;
        tokens = (tokens + elapsed * per_second).min(f64::from(burst));
        let passed = tokens >= 1.0 - SLACK;
        if passed {
            tokens = (tokens - 1.0).max(0.0);
        }
        *level = (tokens, now_ms.max(at_ms));
        let missing_ms = ((1.0 - SLACK - tokens).max(0.0) / per_second * 1000.0).ceil();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between nothing and the size; a wait beyond the integers becomes the longest of them"
        )]
        let (remaining, missing_ms) = (tokens as u32, missing_ms as i64);
        let reset = now_ms.saturating_add(missing_ms.max(1)).saturating_add(999) / 1000;
        Level { passed, limit: burst, remaining, reset: reset.max(now_ms / 1000 + 1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_empties_refuses_and_refills() {
        let bucket = Bucket::new(Allowance::per_second(2, 1));
        let level = |passed, remaining, reset| Level { passed, limit: 2, remaining, reset };
        assert_eq!(bucket.take(10_000), level(true, 1, 11));
        assert_eq!(bucket.take(10_000), level(true, 0, 11));
        assert!(!bucket.take(10_000).passed);
        assert!(!bucket.take(10_900).passed);
        assert!(bucket.take(11_900).passed);
        assert!(!bucket.take(11_900).passed, "refused requests are not saved up");
    }

    #[test]
    fn a_slow_one_says_when_it_has_something_again() {
        let bucket = Bucket::new(Allowance::per_minute(1, 6));
        assert!(bucket.take(10_000).passed);
        let level = bucket.take(10_500);
        assert_eq!((level.passed, level.reset), (false, 20));
        assert!(!bucket.take(19_900).passed);
        assert!(bucket.take(20_000).passed);
    }

    #[test]
    fn it_holds_no_more_than_its_size_however_long_nobody_comes() {
        let bucket = Bucket::new(Allowance::per_second(3, 1_000));
        bucket.take(0);
        let passed = (0..5).filter(|_| bucket.take(1_000_000_000).passed).count();
        assert_eq!(passed, 3);
    }
}
