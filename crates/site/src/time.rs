//! Times as Gigya writes them: each as an ISO 8601 text and, beside it, as milliseconds since 1970.

use jiff::Timestamp;

/// What stands for a time that never was. Its number is 0.
pub const NEVER: &str = "0001-01-01T00:00:00Z";

/// ISO 8601 in UTC with milliseconds: `2023-06-13T23:23:52.512Z`.
#[must_use]
pub fn iso(ms: i64) -> String {
    if ms == 0 {
        return NEVER.to_owned();
    }
    Timestamp::from_millisecond(ms).map_or_else(|_| NEVER.to_owned(), |time| format!("{time:.3}"))
}

/// Milliseconds of an ISO 8601 time, or of a date alone (its first moment in UTC); 0 for years before 1970, which
/// stand for "never".
#[must_use]
pub fn parse(text: &str) -> Option<i64> {
    let text = text.trim();
    let instant = |text: &str| text.parse::<Timestamp>().ok().map(Timestamp::as_millisecond);
    // A time without a zone is meant in UTC: `2019-03-01T10:00:00`, `2019-03-01 10:00:00`.
    let ms = instant(text).or_else(|| instant(&format!("{text}Z"))).or_else(|| {
        let date: jiff::civil::Date = text.parse().ok()?;
        instant(&format!("{date}T00:00:00Z"))
    })?;
    Some(ms.max(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_numbers_stand_for_each_other() {
        assert_eq!(iso(1_686_698_632_512), "2023-06-13T23:23:52.512Z");
        assert_eq!(iso(1_686_698_632_000), "2023-06-13T23:23:52.000Z");
        assert_eq!(iso(0), NEVER);
        assert_eq!(parse(NEVER), Some(0));
        assert_eq!(parse("2023-06-13T23:23:52.512Z"), Some(1_686_698_632_512));
        assert_eq!(parse("2016-01-01"), Some(1_451_606_400_000));
        assert_eq!(parse("2016-01-01 00:00:00"), Some(1_451_606_400_000));
        assert_eq!(parse("2016-01-01T01:00:00+01:00"), Some(1_451_606_400_000));
        assert_eq!(parse("soon"), None);
    }
}
