//! How often a scheduling starts its dataflow. All in UTC.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde_json::{Map, Value};

use crate::error::ApiError;

/// Milliseconds of a day.
const DAY: i64 = 24 * 3_600_000;

/// How often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Frequency {
    /// One time.
    Once,
    /// So many milliseconds apart.
    Every(i64),
    /// On days of every so many weeks, counted from the first start's.
    Weekly(i64, Vec<Weekday>),
    /// On the first start's day of every so many months.
    Monthly(i64),
}

impl Frequency {
    /// `frequencyType`, `frequencyInterval` and `daysOfWeek` of a scheduling.
    ///
    /// # Errors
    /// 400002 without a type, 400006 for a value that is not allowed.
    pub(crate) fn of(scheduling: &Map<String, Value>) -> Result<Self, ApiError> {
        let kind = scheduling.get("frequencyType").and_then(Value::as_str);
        let kind = kind.ok_or_else(|| ApiError::missing("data.frequencyType"))?;
        let interval = match scheduling.get("frequencyInterval") {
            None | Some(Value::Null) => 1,
            Some(value) => value
                .as_i64()
                .or_else(|| value.as_str().and_then(|text| text.parse().ok()))
                .filter(|interval| (1..=100_000).contains(interval))
                .ok_or_else(|| ApiError::invalid("data.frequencyInterval: expected a number from 1"))?,
        };
        match kind {
            "once" => Ok(Self::Once),
            "minute" => Ok(Self::Every(interval * 60_000)),
            "hour" => Ok(Self::Every(interval * 3_600_000)),
            "day" => Ok(Self::Every(interval * DAY)),
            "week" => Ok(Self::Weekly(interval, days(scheduling.get("daysOfWeek"))?)),
            "month" => Ok(Self::Monthly(interval)),
            _ => {
                Err(ApiError::invalid("data.frequencyType: expected once, minute, hour, day, week or month"))
            }
        }
    }

    /// How far back the first run reads that is no full extract: a day for `once`, else the interval.
    pub(crate) fn reach_ms(&self) -> i64 {
        match self {
            Self::Once => DAY,
            Self::Every(ms) => *ms,
            Self::Weekly(weeks, _) => weeks * 7 * DAY,
            Self::Monthly(months) => months * 31 * DAY,
        }
    }

    /// The next start after `now_ms`, counted from the first; starts that were missed are left out.
    pub(crate) fn next(&self, first_ms: i64, now_ms: i64) -> Option<i64> {
        match self {
            Self::Once => None,
            _ if first_ms > now_ms => Some(first_ms),
            Self::Every(ms) => Some(first_ms + ((now_ms - first_ms) / ms + 1) * ms),
            Self::Weekly(weeks, days) => weekly(first_ms, now_ms, *weeks, days),
            Self::Monthly(months) => monthly(first_ms, now_ms, *months),
        }
    }
}

fn date(ms: i64) -> Option<Date> {
    Some(Timestamp::from_millisecond(ms).ok()?.to_zoned_datetime(TimeZone::UTC).date())
}

fn weekly(first_ms: i64, now_ms: i64, weeks: i64, days: &[Weekday]) -> Option<i64> {
    let monday = i64::from(date(first_ms)?.weekday().to_monday_zero_offset());
    let first_day = first_ms.div_euclid(DAY);
    let of_day = first_ms.rem_euclid(DAY);
    let week = |day: i64| (day - (first_day - monday)).div_euclid(7);
    let wanted = |day: i64| {
        let on = date(day * DAY).is_some_and(|date| {
            if days.is_empty() {
                day.rem_euclid(7) == first_day.rem_euclid(7)
            } else {
                days.contains(&date.weekday())
            }
        });
        on && week(day).rem_euclid(weeks) == 0
    };
    let from = now_ms.div_euclid(DAY);
    (from..from + 7 * (weeks + 1))
        .find(|day| wanted(*day) && day * DAY + of_day > now_ms)
        .map(|day| day * DAY + of_day)
}

fn monthly(first_ms: i64, now_ms: i64, months: i64) -> Option<i64> {
    let first = Timestamp::from_millisecond(first_ms).ok()?.to_zoned_datetime(TimeZone::UTC);
    // A month has 28 days at least, so that this many steps never reach beyond the next one.
    let mut steps = (now_ms - first_ms) / (months * 31 * DAY);
    loop {
        // From the first, so that the 31st comes back after a February.
        let at = first
            .checked_add(Span::new().try_months(months * steps).ok()?)
            .ok()?
            .timestamp()
            .as_millisecond();
        if at > now_ms {
            return Some(at);
        }
        steps += 1;
    }
}

/// A list, or a comma-separated text, of names of days or their first three letters.
fn days(value: Option<&Value>) -> Result<Vec<Weekday>, ApiError> {
    let names: Vec<String> = match value {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::String(text)) => text.split(',').map(|name| name.trim().to_ascii_lowercase()).collect(),
        Some(Value::Array(items)) => {
            items.iter().map(|item| item.as_str().unwrap_or_default().to_ascii_lowercase()).collect()
        }
        Some(_) => return Err(ApiError::invalid("data.daysOfWeek: expected a list of days")),
    };
    let known = [
        ("mon", Weekday::Monday),
        ("tue", Weekday::Tuesday),
        ("wed", Weekday::Wednesday),
        ("thu", Weekday::Thursday),
        ("fri", Weekday::Friday),
        ("sat", Weekday::Saturday),
        ("sun", Weekday::Sunday),
    ];
    names
        .iter()
        .filter(|name| !name.is_empty())
        .map(|name| {
            let found = known.iter().find(|(short, _)| name.starts_with(short)).map(|(_, day)| *day);
            found.ok_or_else(|| ApiError::invalid(format!("data.daysOfWeek: {name} is no day")))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::time;

    fn starts(scheduling: &Value, first: &str, now: &str, count: usize) -> Vec<String> {
        let frequency = Frequency::of(scheduling.as_object().unwrap()).unwrap();
        let first = time::parse(first).unwrap();
        let mut now = time::parse(now).unwrap();
        let mut found = Vec::new();
        while found.len() < count
            && let Some(next) = frequency.next(first, now)
        {
            found.push(time::iso(next)[..16].to_owned());
            now = next;
        }
        found
    }

    #[test]
    fn starts_are_counted_from_the_first_and_missed_ones_are_left_out() {
        let every = |kind: &str, interval: i64| json!({"frequencyType": kind, "frequencyInterval": interval});
        assert!(starts(&every("once", 1), "2024-01-01", "2024-01-01", 3).is_empty());
        assert_eq!(
            starts(&every("minute", 15), "2024-01-01T00:05:00Z", "2024-01-01T01:00:00Z", 2),
            ["2024-01-01T01:05", "2024-01-01T01:20"]
        );
        assert_eq!(
            starts(&every("day", 1), "2024-01-01T02:00:00Z", "2023-12-01", 2),
            ["2024-01-01T02:00", "2024-01-02T02:00"]
        );
        assert_eq!(
            starts(&every("month", 1), "2024-01-31T02:00:00Z", "2024-01-31T02:00:00Z", 3),
            ["2024-02-29T02:00", "2024-03-31T02:00", "2024-04-30T02:00"]
        );
        // A Thursday; every second week on Monday and Friday.
        let weekly =
            json!({"frequencyType": "week", "frequencyInterval": 2, "daysOfWeek": ["monday", "Fri"]});
        assert_eq!(
            starts(&weekly, "2024-02-01T06:30:00Z", "2024-02-01T06:30:00Z", 3),
            ["2024-02-02T06:30", "2024-02-12T06:30", "2024-02-16T06:30"]
        );
        assert_eq!(starts(&every("week", 1), "2024-02-01T06:30:00Z", "2024-02-09", 1), ["2024-02-15T06:30"]);
    }

    #[test]
    fn what_is_no_frequency_is_refused() {
        for scheduling in [
            json!({}),
            json!({"frequencyType": "yearly"}),
            json!({"frequencyType": "day", "frequencyInterval": 0}),
            json!({"frequencyType": "week", "daysOfWeek": ["someday"]}),
        ] {
            assert!(Frequency::of(scheduling.as_object().unwrap()).is_err(), "{scheduling}");
        }
    }
}
