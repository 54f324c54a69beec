//! A clock for tests.

use tokio::sync::watch;

use super::{Clock, Reached};

/// A clock that stands still until it is moved; for tests of everything that expires.
#[derive(Debug)]
pub struct ManualClock {
    now: watch::Sender<i64>,
}

impl ManualClock {
    /// A clock that shows `now_ms`.
    #[must_use]
    pub fn at(now_ms: i64) -> Self {
        Self { now: watch::Sender::new(now_ms) }
    }

    /// Moves the clock forward by `ms` milliseconds.
    pub fn advance(&self, ms: i64) {
        self.now.send_modify(|now| *now += ms);
    }

    /// Returns when somebody waits for a time that has not come. To move the clock before is to race with them.
    pub async fn until_awaited(&self) {
        while self.now.receiver_count() == 0 {
            tokio::task::yield_now().await;
        }
    }
}

impl Clock for ManualClock {
    fn now_ms(&self) -> i64 {
        *self.now.borrow()
    }

    fn reach(&self, at_ms: i64) -> Reached<'_> {
        Box::pin(async move {
            // An error would mean that the clock is gone, which `self` forbids.
            let _ = self.now.subscribe().wait_for(|now| *now >= at_ms).await;
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_moves_only_when_told() {
        let clock = ManualClock::at(1_000);
        assert_eq!(clock.now_ms(), 1_000);
        clock.reach(1_000).await;
        let waiting = clock.reach(1_500);
        tokio::pin!(waiting);
        clock.advance(499);
        tokio::select! { biased; () = &mut waiting => panic!("too early"), () = std::future::ready(()) => {} }
        clock.advance(1);
        waiting.await;
        assert_eq!(clock.now_ms(), 1_500);
    }
}
