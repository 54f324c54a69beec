//! The time as a parameter: a local world asks its clock, never the system.

mod factor;
mod fast;
mod manual;

use std::fmt::Debug;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::http::HeaderValue;

pub use factor::Factor;
pub use fast::FastClock;
pub use manual::ManualClock;

/// Where a local world gets the time from.
pub trait Clock: Send + Sync + Debug {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    fn now_ms(&self) -> i64;

    /// Comes back when the clock shows `at_ms` or later; at once when it does so already.
    fn reach(&self, at_ms: i64) -> Reached<'_>;
}

/// The moment at which a clock shows a time.
pub type Reached<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// A clock that many tasks share.
pub type SharedClock = Arc<dyn Clock>;

/// The clock of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now_ms(&self) -> i64 {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    fn reach(&self, at_ms: i64) -> Reached<'_> {
        Box::pin(async move {
            // Again, since somebody may have set the machine's clock back meanwhile.
            while let Ok(left @ 1..) = u64::try_from(at_ms.saturating_sub(self.now_ms())) {
                tokio::time::sleep(Duration::from_millis(left)).await;
            }
        })
    }
}

/// The value of a `Date` header that shows `now_ms`. A world sets it itself: what serves it would take the machine's
/// time, and clients reckon with what the header says.
#[must_use]
pub fn date_header(now_ms: i64) -> HeaderValue {
    let since = Duration::from_millis(u64::try_from(now_ms).unwrap_or(0));
    // httpdate knows the years up to 9999; a clock beyond them has no date.
    let latest = Duration::from_secs(253_402_300_799);
    HeaderValue::try_from(httpdate::fmt_http_date(UNIX_EPOCH + since.min(latest)))
        .unwrap_or(HeaderValue::from_static("Thu, 01 Jan 1970 00:00:00 GMT"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_clock_is_past_2020() {
        assert!(SystemClock.now_ms() > 1_577_836_800_000);
    }

    #[tokio::test]
    async fn a_time_that_is_over_is_reached_at_once() {
        SystemClock.reach(SystemClock.now_ms() - 1).await;
        let soon = SystemClock.now_ms() + 2;
        SystemClock.reach(soon).await;
        assert!(SystemClock.now_ms() >= soon);
    }

    #[test]
    fn dates_are_those_of_the_clock() {
        assert_eq!(date_header(784_111_777_000), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(date_header(-1), "Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(date_header(i64::MAX), "Fri, 31 Dec 9999 23:59:59 GMT");
    }
}
