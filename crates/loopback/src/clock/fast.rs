//! A clock that runs faster than the machine's, and never goes back.

use std::sync::{Mutex, PoisonError};

use super::{Clock, Factor, Reached, SharedClock};
use crate::{DataFolder, FolderError};

/// File in the data folder: a time (ms since 1970) that the world has not shown yet.
const FILE: &str = "clock";

/// How far beyond the time that is shown the file is written, in milliseconds of the clock below: so often, at most,
/// it is written again.
const AHEAD_MS: f64 = 2_000.0;

/// A clock that runs `factor` times as fast as the one below it.
///
/// Its time goes on where the world's time stood, whatever factor the world ran with before: the data folder holds a
/// time that was never exceeded (`clock`, written ahead by two seconds of real time). A world that was stopped goes on
/// there exactly, one that was killed at most those two seconds (times the factor) later. So tokens, jobs and users of
/// a restarted world never come from its future.
#[derive(Debug)]
pub struct FastClock {
    below: SharedClock,
    factor: f64,
    /// Where both clocks stood when this one was made.
    start: (i64, i64),
    folder: DataFolder,
    shown: Mutex<Shown>,
}

#[derive(Debug)]
struct Shown {
    /// The latest time that was shown.
    latest: i64,
    /// What the file says.
    promised: i64,
}

impl FastClock {
    /// The clock of the world whose data folder this is. With a factor of 1 and a world that never ran ahead of
    /// `below`, that is `below` itself.
    ///
    /// # Errors
    /// [`FolderError`] when the folder's `clock` can be neither read nor written.
    pub fn open(folder: &DataFolder, below: SharedClock, factor: Factor) -> Result<SharedClock, FolderError> {
        let now = below.now_ms();
        let stood: Option<i64> = folder.read(FILE)?.and_then(|text| text.trim().parse().ok());
        let ahead = stood.filter(|stood| *stood > now);
        if factor.is_real() && ahead.is_none() {
            return Ok(below);
        }
        let start = ahead.unwrap_or(now);
        let clock = Self {
            below,
            factor: factor.get(),
            start: (now, start),
            folder: folder.clone(),
            shown: Mutex::new(Shown { latest: start, promised: i64::MIN }),
        };
        clock.promise(start)?;
        Ok(std::sync::Arc::new(clock))
    }

    /// Writes down that no time beyond a little after `now` was shown.
    fn promise(&self, now: i64) -> Result<i64, FolderError> {
        let promised = now.saturating_add(milliseconds(AHEAD_MS * self.factor));
        self.folder.write(FILE, &promised.to_string())?;
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).promised = promised;
        Ok(promised)
    }
}

impl Clock for FastClock {
    fn now_ms(&self) -> i64 {
        let (below, start) = self.start;
        #[expect(
            clippy::cast_precision_loss,
            reason = "the length of a run in milliseconds is far below 2^53"
        )]
        let passed = (self.below.now_ms() - below) as f64;
        let reckoned = start.saturating_add(milliseconds(passed * self.factor));
        let (now, promised) = {
            let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
            // The clock below may have been set back.
            shown.latest = shown.latest.max(reckoned);
            (shown.latest, shown.promised)
        };
        if now > promised
            && let Err(error) = self.promise(now)
        {
            tracing::error!(%error, "the time cannot be stored; a restarted world may go back in time");
        }
        now
    }

    fn reach(&self, at_ms: i64) -> Reached<'_> {
        Box::pin(async move {
            loop {
                let left = at_ms.saturating_sub(self.now_ms());
                if left <= 0 {
                    return;
                }
                #[expect(clippy::cast_precision_loss, reason = "an error of 2^-53 is rounded up below")]
                let below = milliseconds((left as f64 / self.factor).ceil().max(1.0));
                self.below.reach(self.below.now_ms().saturating_add(below)).await;
            }
        })
    }
}

impl Drop for FastClock {
    fn drop(&mut self) {
        let latest = self.shown.lock().unwrap_or_else(PoisonError::into_inner).latest;
        if let Err(error) = self.folder.write(FILE, &latest.to_string()) {
            tracing::error!(%error, "the time at which the world stopped cannot be stored");
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a float beyond the integers becomes the last of them")]
fn milliseconds(value: f64) -> i64 {
    value as i64
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::ManualClock;

    fn world(dir: &std::path::Path, below: &Arc<ManualClock>, factor: f64) -> SharedClock {
        let folder = DataFolder::open(dir).unwrap();
        FastClock::open(&folder, below.clone(), factor.to_string().parse().unwrap()).unwrap()
    }

    #[tokio::test]
    async fn it_runs_as_fast_as_told() {
        let (dir, below) = (tempfile::tempdir().unwrap(), Arc::new(ManualClock::at(1_000)));
        let clock = world(dir.path(), &below, 60.0);
        assert_eq!(clock.now_ms(), 1_000);
        below.advance(1_000);
        assert_eq!(clock.now_ms(), 61_000);
        let waiting = clock.reach(121_000);
        tokio::pin!(waiting);
        tokio::select! { biased; () = &mut waiting => panic!("too early"), () = std::future::ready(()) => {} }
        below.advance(999);
        tokio::select! { biased; () = &mut waiting => panic!("too early"), () = std::future::ready(()) => {} }
        below.advance(1);
        waiting.await;
    }

    #[test]
    fn a_restarted_world_goes_on_where_it_stood() {
        let (dir, below) = (tempfile::tempdir().unwrap(), Arc::new(ManualClock::at(1_000)));
        let clock = world(dir.path(), &below, 60.0);
        below.advance(10_000);
        assert_eq!(clock.now_ms(), 601_000);
        drop(clock);
        let clock = world(dir.path(), &below, 1.0);
        assert_eq!(clock.now_ms(), 601_000);
        below.advance(5);
        assert_eq!(clock.now_ms(), 601_005);
    }

    #[test]
    fn a_killed_world_goes_on_a_little_later_and_never_earlier() {
        let (dir, below) = (tempfile::tempdir().unwrap(), Arc::new(ManualClock::at(1_000)));
        let folder = DataFolder::open(dir.path()).unwrap();
        let clock = FastClock::open(&folder, below.clone(), "10".parse().unwrap()).unwrap();
        below.advance(30_000);
        let last = clock.now_ms();
        // What a kill leaves on the disk.
        let left = folder.read(FILE).unwrap().unwrap();
        drop((clock, folder));
        std::fs::write(dir.path().join(FILE), left).unwrap();
        let again = world(dir.path(), &below, 10.0).now_ms();
        assert!(again >= last && again <= last + 20_000, "{last} {again}");
    }

    #[test]
    fn a_clock_below_that_is_set_back_does_not_take_it_along() {
        let (dir, below) = (tempfile::tempdir().unwrap(), Arc::new(ManualClock::at(100_000)));
        let clock = world(dir.path(), &below, 2.0);
        below.advance(1_000);
        assert_eq!(clock.now_ms(), 102_000);
        below.advance(-5_000);
        assert_eq!(clock.now_ms(), 102_000);
    }

    #[test]
    fn without_a_factor_it_is_the_clock_below() {
        let (dir, below) = (tempfile::tempdir().unwrap(), Arc::new(ManualClock::at(1_000)));
        let clock = world(dir.path(), &below, 1.0);
        below.advance(-10);
        assert_eq!(clock.now_ms(), 990);
        assert!(!dir.path().join(FILE).exists());
    }
}
