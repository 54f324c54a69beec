//! Dates as Gigya writes them: ISO 8601 with milliseconds, and epoch milliseconds beside it.

use jiff::civil::date;

use crate::text;

const FIRST_DAY_MS: u64 = 1_325_376_000_000; // 2012-01-01T00:00:00Z
const DAY_MS: u64 = 86_400_000;
/// Days from 2012-01-01 to the end of 2023.
const DAYS: u64 = 4383;

/// A moment between 2012 and 2024, in epoch milliseconds.
pub(crate) type Moment = u64;

/// The calendar, rendered once: `2012-01-01T`.
#[derive(Debug, Clone)]
pub(crate) struct Calendar(Vec<String>);

impl Calendar {
    pub(crate) fn new() -> Self {
        let days = date(2012, 1, 1).series(jiff::Span::new().days(1));
        Self(days.take(DAYS as usize).map(|day| format!("{day}T")).collect())
    }

    /// The moment `fraction` / 1,000,000 of the way through the calendar.
    pub(crate) fn moment(fraction: u64, jitter: u64) -> Moment {
        FIRST_DAY_MS + (DAYS * DAY_MS / 1_000_000) * fraction.min(999_998) + jitter % (DAY_MS / 4)
    }

    /// Appends `,"name":"ISO","nameTimestamp":ms`.
    pub(crate) fn member(&self, out: &mut Vec<u8>, name: &str, moment: Option<Moment>) {
        text::key(out, name);
        out.push(b'"');
        self.iso(out, moment);
        out.extend_from_slice(b"\",\"");
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b"Timestamp\":");
        text::digits(out, moment.unwrap_or(0), 1);
    }

    /// Appends the date; `None` is Gigya's never.
    pub(crate) fn iso(&self, out: &mut Vec<u8>, moment: Option<Moment>) {
        let Some(moment) = moment else {
            out.extend_from_slice(b"0001-01-01T00:00:00Z");
            return;
        };
        let since = moment.saturating_sub(FIRST_DAY_MS);
        let day = ((since / DAY_MS) as usize).min(self.0.len() - 1);
        let time = since % DAY_MS;
        out.extend_from_slice(self.0[day].as_bytes());
        text::digits(out, time / 3_600_000, 2);
        out.push(b':');
        text::digits(out, time / 60_000 % 60, 2);
        out.push(b':');
        text::digits(out, time / 1000 % 60, 2);
        out.push(b'.');
        text::digits(out, time % 1000, 3);
        out.push(b'Z');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_jiff() {
        let calendar = Calendar::new();
        for fraction in (0..1_000_000).step_by(4321) {
            let moment = Calendar::moment(fraction, fraction * 77);
            let mut out = Vec::new();
            calendar.iso(&mut out, Some(moment));
            let read: jiff::Timestamp = std::str::from_utf8(&out).unwrap().parse().unwrap();
            assert_eq!(read.as_millisecond(), moment as i64);
        }
    }
}
