//! Keeping below the rate limits that a tenant announces with `x-ratelimit-*`.
//!
//! Auth0 counts in token buckets, on some plans one per endpoint, so each kind of call has its own. A call that would
//! eat into the head-room waits until the announced reset; live traffic of the tenant's applications has the rest.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::header::HeaderMap;

/// The share of a limit that is left to others: one in ten, at least one request.
pub(crate) const HEAD_ROOM: u64 = 10;

/// The longest wait that a header can impose; a tenant that says more is asked again after it.
pub(crate) const MAX_WAIT: Duration = Duration::from_secs(60);

#[derive(Debug, Clone, Copy)]
struct Bucket {
    limit: u64,
    remaining: u64,
    reset: Instant,
}

/// The buckets of one tenant, by kind of call.
#[derive(Debug, Default)]
pub(crate) struct Limiter(Mutex<HashMap<&'static str, Bucket>>);

impl Limiter {
    /// How long a call of this kind must wait; none means that it may be sent now and has been counted.
    pub(crate) fn take(&self, kind: &'static str, now: Instant) -> Option<Duration> {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = buckets.get_mut(kind)?;
        let head_room = head_room(bucket.limit);
        if bucket.remaining > head_room {
            bucket.remaining -= 1;
            return None;
        }
        if now < bucket.reset {
            return Some(bucket.reset - now);
        }
        // The reset is over: one call may find out how much there is again, others wait for its answer or a second.
        bucket.remaining = head_room;
        bucket.reset = now + Duration::from_secs(1);
        None
    }

    /// Takes over what an answer says.
    pub(crate) fn learn(
        &self,
        kind: &'static str,
        headers: &HeaderMap,
        tenant_now: Option<i64>,
        now: Instant,
    ) {
        let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<u64>().ok();
        let (Some(limit), Some(remaining)) = (number("x-ratelimit-limit"), number("x-ratelimit-remaining"))
        else {
            return;
        };
        let reset = number("x-ratelimit-reset").map_or(Duration::from_secs(1), |at| until(at, tenant_now));
        let bucket = Bucket { limit, remaining, reset: now + reset };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(kind, bucket);
    }
}

fn head_room(limit: u64) -> u64 {
    // A limit of one would never let a call through.
    if limit <= 1 { 0 } else { limit.div_ceil(HEAD_ROOM).min(limit - 1) }
}

/// From the tenant's present to an epoch second, by the tenant's own clock.
fn until(epoch: u64, tenant_now: Option<i64>) -> Duration {
    let now = tenant_now.and_then(|now| u64::try_from(now).ok()).unwrap_or(epoch.saturating_sub(1));
    Duration::from_secs(epoch.saturating_sub(now)).min(MAX_WAIT)
}

/// How long an answer of status 429 or 503 asks to wait: `Retry-After`, else `x-ratelimit-reset`.
pub(crate) fn asked_wait(headers: &HeaderMap, tenant_now: Option<i64>) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    if let Some(after) = text("retry-after") {
        if let Ok(seconds) = after.parse::<u64>() {
            return Some(Duration::from_secs(seconds).min(MAX_WAIT));
        }
        if let Ok(date) = httpdate::parse_http_date(after) {
            let epoch = date.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs();
            return Some(until(epoch, tenant_now));
        }
    }
    Some(until(text("x-ratelimit-reset")?.parse().ok()?, tenant_now))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(limit: u64, remaining: u64, reset: u64) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("x-ratelimit-limit", limit.into());
        headers.insert("x-ratelimit-remaining", remaining.into());
        headers.insert("x-ratelimit-reset", reset.into());
        headers
    }

    #[test]
    fn nothing_known_nothing_waited() {
        assert_eq!(Limiter::default().take("users", Instant::now()), None);
    }

    #[test]
    fn a_tenth_is_left_to_live_traffic() {
        let (limiter, now) = (Limiter::default(), Instant::now());
        limiter.learn("users", &headers(50, 7, 1_005), Some(1_000), now);
        assert_eq!(limiter.take("users", now), None, "7 left");
        assert_eq!(limiter.take("users", now), None, "6 left");
        assert_eq!(limiter.take("users", now), Some(Duration::from_secs(5)), "5 are the head-room");
        assert_eq!(limiter.take("jobs", now), None, "another bucket");
    }

    #[test]
    fn after_the_reset_one_call_finds_out() {
        let (limiter, now) = (Limiter::default(), Instant::now());
        limiter.learn("users", &headers(2, 1, 1_001), Some(1_000), now);
        let later = now + Duration::from_secs(1);
        assert!(limiter.take("users", now).is_some());
        assert_eq!(limiter.take("users", later), None);
        assert!(limiter.take("users", later).is_some(), "the second waits for the answer to the first");
    }

    #[test]
    fn a_wait_is_read_from_either_header_and_bounded() {
        let mut headers = headers(2, 0, 1_003);
        assert_eq!(asked_wait(&headers, Some(1_000)), Some(Duration::from_secs(3)));
        headers.insert("retry-after", 7.into());
        assert_eq!(asked_wait(&headers, Some(1_000)), Some(Duration::from_secs(7)));
        headers.insert("retry-after", 99_999.into());
        assert_eq!(asked_wait(&headers, Some(1_000)), Some(MAX_WAIT));
    }
}
