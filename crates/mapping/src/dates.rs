//! Times of an account.

/// Gigya writes "never" as the first instant of the year 1.
pub(crate) fn is_never(text: &str) -> bool {
    text.starts_with("0001-01-01")
}

/// Milliseconds of the years 1 to 9999.
const KNOWN: std::ops::RangeInclusive<f64> = -62_135_596_800_000.0..=253_402_207_199_999.0;

/// ISO 8601 of epoch milliseconds; nothing for 0, which Gigya writes for "never", and for what no calendar holds.
pub(crate) fn from_milliseconds(digits: &str) -> Option<String> {
    let number: f64 = digits.parse().ok()?;
    let known = number != 0.0 && number.fract() == 0.0 && KNOWN.contains(&number);
    #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
    let time = known.then(|| jiff::Timestamp::from_millisecond(number as i64).ok()).flatten()?;
    Some(format!("{time:.3}"))
}

/// Epoch milliseconds of an ISO 8601 time; nothing for "never" and for anything else.
pub(crate) fn milliseconds(text: &str) -> Option<i64> {
    if is_never(text) {
        return None;
    }
    let time: jiff::Timestamp = text.trim().parse().ok()?;
    Some(time.as_millisecond())
}

/// `YYYY-MM-DD`, `YYYY-MM` or `YYYY`: as much of a date as is known. A day that the calendar has not is left out.
pub(crate) fn birthdate(year: u16, month: Option<u16>, day: Option<u16>) -> Option<String> {
    if !(1..=9999).contains(&year) {
        return None;
    }
    let mut text = String::with_capacity(10);
    push(&mut text, year, 1000);
    let Some(month) = month.filter(|month| (1..=12).contains(month)) else { return Some(text) };
    text.push('-');
    push(&mut text, month, 10);
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    if let Some(day) = day.filter(|day| (1..=days).contains(day)) {
        text.push('-');
        push(&mut text, day, 10);
    }
    Some(text)
}

/// Appends a number with as many digits as `highest` has.
fn push(text: &mut String, number: u16, mut highest: u16) {
    while highest > 0 {
        text.push(char::from_digit(u32::from(number / highest % 10), 10).unwrap_or('0'));
        highest /= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_as_whole_as_they_can_be() {
        assert_eq!(birthdate(1984, Some(2), Some(29)).unwrap(), "1984-02-29");
        assert_eq!(birthdate(1985, Some(2), Some(29)).unwrap(), "1985-02");
        assert_eq!(birthdate(1985, Some(13), Some(1)).unwrap(), "1985");
        assert_eq!(birthdate(0, Some(1), Some(1)), None);
    }

    #[test]
    fn milliseconds_are_a_time() {
        assert_eq!(from_milliseconds("1456321916843").unwrap(), "2016-02-24T13:51:56.843Z");
        assert_eq!(from_milliseconds("-1e3").unwrap(), "1969-12-31T23:59:59.000Z");
        for none in ["0", "1.5", "99999999999999999", "-62135596800001"] {
            assert_eq!(from_milliseconds(none), None, "{none}");
        }
    }

    #[test]
    fn never_is_no_time() {
        assert_eq!(milliseconds("0001-01-01T00:00:00Z"), None);
        assert_eq!(milliseconds("1970-01-01T00:00:01.500Z"), Some(1500));
    }
}
