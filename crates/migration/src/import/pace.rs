//! When to ask after a job: neither late nor rude.
//!
//! The tenant's own speed, learned from the jobs before, says when a job may be done; from then on the questions come
//! at growing distances that stay a small share of the job's length. A job of a second is not asked after five seconds
//! later, and a job of an hour is asked after a dozen times, not thousands.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The shortest pause between two questions.
const SHORTEST: Duration = Duration::from_millis(25);
/// The longest.
const LONGEST: Duration = Duration::from_secs(30);
/// The first pause when nothing is known yet.
const FIRST: Duration = Duration::from_millis(100);
/// Weight of the newest job in the running mean.
const NEWEST: f64 = 0.3;

/// What was learned about the tenant's speed.
#[derive(Debug, Default)]
pub(super) struct Pace(Mutex<Option<f64>>);

impl Pace {
    /// A job with so many users took so long.
    pub(super) fn learn(&self, users: usize, took: Duration) {
        let per_user = took.as_secs_f64() / f64::from(u32::try_from(users.max(1)).unwrap_or(u32::MAX));
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *known = Some(known.map_or(per_user, |mean| mean + NEWEST * (per_user - mean)));
    }

    /// How long to wait before the next question about a job that was sent `age` ago.
    pub(super) fn pause(&self, users: usize, age: Duration) -> Duration {
        let known = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(per_user) = known else {
            return (age.mul_f64(0.3)).clamp(FIRST, LONGEST);
        };
        let users = f64::from(u32::try_from(users).unwrap_or(u32::MAX));
        let expected = Duration::from_secs_f64((per_user * users).min(7_200.0));
        if age < expected.mul_f64(0.9) {
            // Once, shortly before it may be done.
            return (expected.mul_f64(0.95) - age).clamp(SHORTEST, Duration::from_secs(600));
        }
        expected.mul_f64(0.05).max(age.mul_f64(0.1)).clamp(SHORTEST, LONGEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Questions and lateness for a job that takes `took`.
    fn polls(pace: &Pace, took: Duration) -> (u32, Duration) {
        let (mut age, mut count) = (Duration::ZERO, 0);
        while age < took {
            age += pace.pause(300, age);
            count += 1;
        }
        (count, age - took)
    }

    #[test]
    fn an_unknown_tenant_is_asked_soon_and_not_often() {
        for seconds in [0.05, 1.0, 60.0, 3_600.0] {
            let took = Duration::from_secs_f64(seconds);
            let (count, late) = polls(&Pace::default(), took);
            assert!(count <= 150, "{seconds}: {count}");
            assert!(late <= took.mul_f64(0.35).max(FIRST), "{seconds}: {late:?}");
        }
    }

    #[test]
    fn a_known_tenant_is_asked_when_the_job_is_done() {
        for seconds in [0.5, 1.0, 60.0, 3_600.0] {
            let (pace, took) = (Pace::default(), Duration::from_secs_f64(seconds));
            pace.learn(300, took);
            let (count, late) = polls(&pace, took);
            assert!(count <= 12, "{seconds}: {count}");
            assert!(late <= took.mul_f64(0.06).max(SHORTEST), "{seconds}: {late:?}");
        }
    }
}
