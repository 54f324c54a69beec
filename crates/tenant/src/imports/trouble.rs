//! What goes wrong with a job on purpose.

use loopback::Faults;
use loopback::faults::Argument;

use crate::faults::{JOB_FAILED, JOB_GONE, JOB_SLOW, JOB_STUCK};

/// The faults that one job meets.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Trouble {
    /// It stays pending after half of its users.
    pub(super) stuck: bool,
    /// It fails after half of its users.
    pub(super) failed: bool,
    /// Nothing is known of it once it is done.
    pub(super) gone: bool,
    /// Milliseconds that it begins later.
    pub(super) late_ms: i64,
}

impl Trouble {
    /// Asks for every one of them, so that each counts all jobs.
    pub(super) fn of(faults: &Faults) -> Self {
        let late_ms = match faults.happens(JOB_SLOW) {
            Some(Argument::Time(time)) => i64::try_from(time.as_millis()).unwrap_or(i64::MAX),
            _ => 0,
        };
        Self {
            stuck: faults.happens(JOB_STUCK).is_some(),
            failed: faults.happens(JOB_FAILED).is_some(),
            gone: faults.happens(JOB_GONE).is_some(),
            late_ms,
        }
    }

    /// How many of the users the job deals with.
    pub(super) fn reach(self, users: usize) -> usize {
        if self.stuck || self.failed { users / 2 } else { users }
    }
}
