//! Full and delta extraction.

use jiff::{SignedDuration, Timestamp};

use crate::context::Context;

/// What a delta covers when there was no run before: the first run of a scheduling of `once` reads the last 24 hours.
/// Source: Gigya, Scheduling Object.
const FIRST: SignedDuration = SignedDuration::from_hours(24);

/// After which time something has to have changed to be read; none when everything is read (`fullExtract`).
pub(crate) fn since(context: &Context) -> Option<Timestamp> {
    if context.full_extract {
        return None;
    }
    Some(
        context
            .last_run
            .unwrap_or_else(|| context.now.saturating_sub(FIRST).unwrap_or(Timestamp::UNIX_EPOCH)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delta_begins_at_the_last_run_or_a_day_ago() {
        let now: Timestamp = "2026-05-02T12:00:00Z".parse().unwrap();
        let mut context = Context::new(now, "job", "work");
        assert_eq!(since(&context), None);
        context.full_extract = false;
        assert_eq!(since(&context), Some("2026-05-01T12:00:00Z".parse().unwrap()));
        let last = "2026-05-02T11:00:00Z".parse().unwrap();
        context.last_run = Some(last);
        assert_eq!(since(&context), Some(last));
    }
}
