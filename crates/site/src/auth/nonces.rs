//! Nonces that were used: each counts once.

use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, PoisonError};

use super::TOLERANCE_MS;
use crate::codes;
use crate::error::ApiError;

/// The nonces of signatures and the `jti` of tokens. They are kept for as long as a call with them could be fresh; a
/// restart of the site forgets them.
#[derive(Debug, Default)]
pub(crate) struct Nonces {
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    nonces: HashSet<String>,
    by_age: VecDeque<(i64, String)>,
}

impl Nonces {
    /// Uses a nonce up at `now_ms`.
    ///
    /// # Errors
    /// 403004 when it was used before.
    pub(crate) fn take(&self, nonce: &str, now_ms: i64) -> Result<(), ApiError> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        // A call may be as far ahead as it may be behind.
        while seen.by_age.front().is_some_and(|(at, _)| now_ms - *at > 2 * TOLERANCE_MS) {
            if let Some((_, old)) = seen.by_age.pop_front() {
                seen.nonces.remove(&old);
            }
        }
        if !seen.nonces.insert(nonce.to_owned()) {
            return Err(ApiError::plain(codes::DUPLICATE_NONCE));
        }
        seen.by_age.push_back((now_ms, nonce.to_owned()));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_counts_once_for_as_long_as_its_call_could_be_fresh() {
        let nonces = Nonces::default();
        nonces.take("a", 0).unwrap();
        nonces.take("b", 0).unwrap();
        assert_eq!(nonces.take("a", 2 * TOLERANCE_MS).unwrap_err().code, 403_004);
        nonces.take("a", 2 * TOLERANCE_MS + 1).unwrap();
    }
}
