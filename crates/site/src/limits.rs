//! Limits on one account: five imports a minute, five readings at a time.
//!
//! Source: SAP Customer Data Cloud, accounts.importFullAccount and accounts.getAccountInfo.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::codes;
use crate::error::ApiError;

/// Imports of one UID within [`WINDOW_MS`].
const IMPORTS: usize = 5;

/// The window of [`IMPORTS`].
const WINDOW_MS: i64 = 60_000;

/// Readings of one account at a time.
const READINGS: usize = 5;

/// So that imports of many accounts do not grow the table without end.
const SWEEP: usize = 50_000;

/// Counters by UID; a restart forgets them.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    imports: Mutex<HashMap<String, Vec<i64>>>,
    readings: Mutex<HashMap<String, usize>>,
}

impl Limits {
    /// Counts an import.
    ///
    /// # Errors
    /// 503001 for the sixth within a minute.
    pub(crate) fn import(&self, uid: &str, now_ms: i64) -> Result<(), ApiError> {
        let mut imports = lock(&self.imports);
        let recent = |times: &mut Vec<i64>| times.retain(|at| now_ms - at < WINDOW_MS);
        if imports.len() >= SWEEP {
            imports.retain(|_, times| {
                recent(times);
                !times.is_empty()
            });
        }
        let times = imports.entry(uid.to_owned()).or_default();
        recent(times);
        if times.len() >= IMPORTS {
            let details = "More than 5 imports of one UID within a minute";
            return Err(ApiError::new(codes::TEMPORARILY_UNAVAILABLE, details));
        }
        times.push(now_ms);
        Ok(())
    }

    /// Counts a reading for as long as the guard lives.
    ///
    /// # Errors
    /// 409030 for the sixth at a time.
    pub(crate) fn reading(&self, uid: &str) -> Result<Reading<'_>, ApiError> {
        let mut readings = lock(&self.readings);
        let count = readings.entry(uid.to_owned()).or_default();
        if *count >= READINGS {
            return Err(ApiError::plain(codes::CONCURRENT_ACCESS));
        }
        *count += 1;
        Ok(Reading { limits: self, uid: uid.to_owned() })
    }
}

/// A reading that goes on.
#[derive(Debug)]
pub(crate) struct Reading<'a> {
    limits: &'a Limits,
    uid: String,
}

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        let mut readings = lock(&self.limits.readings);
        if let Some(count) = readings.get_mut(&self.uid) {
            *count -= 1;
            if *count == 0 {
                readings.remove(&self.uid);
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sixth_import_of_a_minute_waits() {
        let limits = Limits::default();
        for at in 0..5 {
            limits.import("u", at).unwrap();
        }
        assert_eq!(limits.import("u", 5).unwrap_err().code, 503_001);
        limits.import("v", 5).unwrap();
        limits.import("u", WINDOW_MS).unwrap();
    }

    #[test]
    fn the_sixth_reading_at_a_time_is_refused() {
        let limits = Limits::default();
        let mut held: Vec<_> = (0..5).map(|_| limits.reading("u").unwrap()).collect();
        assert_eq!(limits.reading("u").unwrap_err().code, 409_030);
        held.pop();
        limits.reading("u").unwrap();
    }
}
