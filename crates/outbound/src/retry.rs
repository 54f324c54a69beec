//! How long to wait before the next attempt.

use std::time::Duration;

/// The first pause between two attempts; it doubles.
const FIRST_PAUSE: Duration = Duration::from_millis(300);
/// The longest pause.
const MAX_PAUSE: Duration = Duration::from_secs(20);

/// The pause after the given attempt, counted from 1: exponential, with full jitter in its upper half, so that calls
/// that failed together do not come back together.
#[must_use]
pub fn back_off(attempt: u32) -> Duration {
    let pause = FIRST_PAUSE.saturating_mul(1 << attempt.saturating_sub(1).min(10)).min(MAX_PAUSE);
    pause / 2 + pause.mul_f64(rand::random_range(0.0..0.5))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_are_bounded() {
        for attempt in 1..40 {
            let pause = back_off(attempt);
            assert!(pause <= MAX_PAUSE && pause >= FIRST_PAUSE / 2, "{attempt}: {pause:?}");
        }
        assert!(back_off(6) > back_off(1) * 4);
    }
}
