//! Whether the other side answers, for those who look at a long work.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What is over sooner is no outage: a lost answer and its second attempt.
const WORTH_TELLING: Duration = Duration::from_secs(2);

/// A time in which no call was answered as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outage {
    /// What the last call met, in words.
    pub cause: String,
    /// When the first of them failed.
    pub since: Instant,
}

impl std::fmt::Display for Outage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "no good answer for {} s ({}); trying again", self.since.elapsed().as_secs(), self.cause)
    }
}

/// Keeps the outage of one client, if there is one.
#[derive(Debug, Default)]
pub struct Outages(Mutex<Option<Outage>>);

impl Outages {
    /// A call failed and will be tried again.
    pub fn failed(&self, cause: &str) {
        let mut outage = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let since = outage.as_ref().map_or_else(Instant::now, |outage| outage.since);
        *outage = Some(Outage { cause: cause.to_owned(), since });
    }

    /// A call was answered.
    pub fn answered(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// The outage at this moment, when it has lasted for two seconds.
    #[must_use]
    pub fn now(&self) -> Option<Outage> {
        let outage = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        outage.filter(|outage| outage.since.elapsed() >= WORTH_TELLING)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_begins_with_its_first_failure_and_ends_with_an_answer() {
        let outages = Outages::default();
        outages.failed("connection refused");
        assert_eq!(outages.now(), None, "too short");
        let first = Instant::now().checked_sub(Duration::from_secs(5)).unwrap();
        *outages.0.lock().unwrap() = Some(Outage { cause: "connection refused".to_owned(), since: first });
        outages.failed("HTTP status 503");
        let outage = outages.now().unwrap();
        assert_eq!(outage, Outage { cause: "HTTP status 503".to_owned(), since: first });
        assert_eq!(outage.to_string(), "no good answer for 5 s (HTTP status 503); trying again");
        outages.answered();
        assert_eq!(outages.now(), None);
    }
}
