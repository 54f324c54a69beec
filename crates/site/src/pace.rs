//! The pace of a real site, by its contract: calls per second.
//!
//! Source: SAP Customer Data Cloud, "Acceptable Use Policy"; its figures come without separators, so that how they are
//! read is inferred.

use std::str::FromStr;

use loopback::{Allowance, Bucket};

use crate::codes;
use crate::error::ApiError;

/// How many contacts a site's contract is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// Up to 5 million.
    Upto5M,
    /// Up to 10 million.
    Upto10M,
    /// Up to 20 million.
    Upto20M,
    /// Up to 50 million.
    Upto50M,
    /// More.
    Over50M,
}

impl Pace {
    /// The contracts by name.
    pub const ALL: [(&'static str, Self); 5] = [
        ("5m", Self::Upto5M),
        ("10m", Self::Upto10M),
        ("20m", Self::Upto20M),
        ("50m", Self::Upto50M),
        ("over50m", Self::Over50M),
    ];

    /// Searches per second, and other calls per second.
    #[must_use]
    pub fn calls_per_second(self) -> (u32, u32) {
        match self {
            Self::Upto5M => (10, 120),
            Self::Upto10M => (15, 180),
            Self::Upto20M => (20, 280),
            Self::Upto50M => (30, 420),
            Self::Over50M => (50, 630),
        }
    }
}

impl FromStr for Pace {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|(name, _)| *name == text).map(|(_, pace)| pace).ok_or_else(|| {
            format!("no contract of Gigya's; choose from {}", Self::ALL.map(|(name, _)| name).join(", "))
        })
    }
}

/// The buckets of a pace. Without one the site is as fast as the machine.
#[derive(Debug, Default)]
pub(crate) struct Gate(Option<(Bucket, Bucket)>);

impl Gate {
    pub(crate) fn new(pace: Option<Pace>) -> Self {
        Self(pace.map(|pace| {
            let (searches, others) = pace.calls_per_second();
            let bucket = |rate| Bucket::new(Allowance::per_second(rate, rate));
            (bucket(searches), bucket(others))
        }))
    }

    /// Lets a call pass.
    ///
    /// # Errors
    /// 403048 when too many came before it.
    pub(crate) fn pass(&self, endpoint: &str, now_ms: i64) -> Result<(), ApiError> {
        let Some((searches, others)) = &self.0 else { return Ok(()) };
        let bucket = if endpoint.ends_with(".search") { searches } else { others };
        if bucket.take(now_ms).passed { Ok(()) } else { Err(ApiError::plain(codes::RATE_LIMIT)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn searches_have_a_bucket_of_their_own() {
        let gate = Gate::new(Some("5m".parse().unwrap()));
        let passed =
            |endpoint, calls: usize| (0..calls).filter(|_| gate.pass(endpoint, 1_000).is_ok()).count();
        assert_eq!((passed("accounts.search", 30), passed("accounts.login", 200)), (10, 120));
        assert_eq!(gate.pass("accounts.search", 1_000).unwrap_err().code, 403_048);
        gate.pass("accounts.search", 1_100).unwrap();
        assert!("gold".parse::<Pace>().unwrap_err().contains("over50m"));
    }
}
