//! Times as Auth0 writes them.

use jiff::Timestamp;

/// ISO 8601 in UTC with milliseconds: `2023-01-25T17:48:16.543Z`.
#[must_use]
pub fn iso(ms: i64) -> String {
    Timestamp::from_millisecond(ms).map_or_else(|_| String::new(), |time| format!("{time:.3}"))
}

/// Milliseconds of an ISO 8601 time, or of a date alone (its first moment in UTC).
#[must_use]
pub fn parse(text: &str) -> Option<i64> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time.as_millisecond());
    }
    let date: jiff::civil::Date = text.parse().ok()?;
    format!("{date}T00:00:00Z").parse::<Timestamp>().ok().map(Timestamp::as_millisecond)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn milliseconds_are_always_there() {
        assert_eq!(iso(1_674_668_896_543), "2023-01-25T17:48:16.543Z");
        assert_eq!(iso(1_674_668_896_000), "2023-01-25T17:48:16.000Z");
        assert_eq!(parse("2023-01-25T17:48:16.543Z"), Some(1_674_668_896_543));
        assert_eq!(parse("2016-01-01"), Some(1_451_606_400_000));
        assert_eq!(parse("soon"), None);
    }
}
