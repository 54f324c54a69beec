//! How fast a clock runs.

use std::str::FromStr;

/// How many times as fast as the machine's a world's clock runs: above 0, at most [`Factor::MAX`]; 1 by default.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Factor(f64);

impl Factor {
    /// A day passes in less than a tenth of a second.
    pub const MAX: f64 = 1_000_000.0;

    /// The number.
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }

    /// Whether it is the machine's own pace.
    #[must_use]
    pub fn is_real(self) -> bool {
        self == Self::default()
    }
}

impl Default for Factor {
    fn default() -> Self {
        Self(1.0)
    }
}

impl FromStr for Factor {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.parse::<f64>() {
            Ok(factor) if factor > 0.0 && factor <= Self::MAX => Ok(Self(factor)),
            _ => Err(format!("a number above 0, at most {}, is wanted", Self::MAX)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clock_that_runs_is_one() {
        assert_eq!("0.5".parse::<Factor>().unwrap().get(), 0.5);
        assert!("1".parse::<Factor>().unwrap().is_real());
        for bad in ["0", "-1", "inf", "NaN", "1e7", "fast", ""] {
            assert!(bad.parse::<Factor>().is_err(), "{bad}");
        }
    }
}
