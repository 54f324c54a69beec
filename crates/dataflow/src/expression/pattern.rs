//! Dates as Java's `SimpleDateFormat` writes and reads them.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// A pattern such as `yyyy-MM-dd'T'HH:mm:ss.SSSZ`.
///
/// Letters: y Y u (year; two of them: two digits), M L (month; three: short name, four: name), d, D (day of the year), E (day of
/// the week), a (AM/PM), H k K h (hours), m, s, S (fraction of the second, as many digits as letters), z Z X (zone). Text
/// in single quotes stands for itself, two quotes for one. Names are English, times UTC unless they carry a zone.
///
/// `Y` is Java's year of the week, which differs from the year in the last days of December; flows write `YYMMdd` and mean
/// the year, so it is the year here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Letters(char, usize),
    Text(String),
}

/// Why a text is no pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// A letter without a meaning.
    #[error("`{0}` is no letter of a date pattern; letters that stand for themselves go in single quotes")]
    Letter(char),
    /// A quote without its end.
    #[error("a single quote of the date pattern is not closed")]
    Quote,
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// When a letter has no meaning or a quote is not closed.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let mut pieces = Vec::new();
        let mut chars = text.chars().peekable();
        while let Some(char) = chars.next() {
            if char == '\'' {
                let quoted = quoted(&mut chars)?;
                literal(&mut pieces, &quoted);
            } else if char.is_ascii_alphabetic() {
                if !"yYuMLdDEaHkKhmsSzZX".contains(char) {
                    return Err(PatternError::Letter(char));
                }
                let mut count = 1;
                while chars.next_if_eq(&char).is_some() {
                    count += 1;
                }
                pieces.push(Piece::Letters(char, count));
            } else {
                literal(&mut pieces, char.encode_utf8(&mut [0; 4]));
            }
        }
        Ok(Self(pieces))
    }

    /// Writes a time, in UTC.
    #[must_use]
    pub fn format(&self, time: Timestamp) -> String {
        let time = Offset::UTC.to_datetime(time);
        let mut out = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Letters(letter, count) => write(&mut out, time, *letter, *count),
            }
        }
        out
    }

    /// Reads a time; all of the text must be used. What the pattern leaves out is the first of its kind, 1970-01-01
    /// 00:00:00.
    #[must_use]
    pub fn read(&self, text: &str) -> Option<Timestamp> {
        let mut found = Found::default();
        let mut rest = text;
        for (at, piece) in self.0.iter().enumerate() {
            match piece {
                Piece::Text(text) => rest = rest.strip_prefix(text.as_str())?,
                Piece::Letters(letter, count) => {
                    let crowded = matches!(self.0.get(at + 1), Some(Piece::Letters(next, _)) if !"aEzZX".contains(*next));
                    rest = found.take(rest, *letter, *count, crowded)?;
                }
            }
        }
        if rest.is_empty() { found.time() } else { None }
    }
}

/// The text up to the closing quote; two quotes at once are one that stands for itself.
fn quoted(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<String, PatternError> {
    if chars.next_if_eq(&'\'').is_some() {
        return Ok("'".to_owned());
    }
    let mut text = String::new();
    while let Some(char) = chars.next() {
        if char != '\'' {
            text.push(char);
        } else if chars.next_if_eq(&'\'').is_some() {
            text.push('\'');
        } else {
            return Ok(text);
        }
    }
    Err(PatternError::Quote)
}

fn literal(pieces: &mut Vec<Piece>, text: &str) {
    match pieces.last_mut() {
        Some(Piece::Text(before)) => before.push_str(text),
        _ => pieces.push(Piece::Text(text.to_owned())),
    }
}

fn write(out: &mut String, time: DateTime, letter: char, count: usize) {
    let number = |value: i32| format!("{value:0count$}");
    let hour = i32::from(time.hour());
    let text = match letter {
        'y' | 'Y' | 'u' if count == 2 => format!("{:02}", time.year().rem_euclid(100)),
        'y' | 'Y' | 'u' => number(time.year().into()),
        'M' | 'L' if count > 2 => name(&MONTHS, usize::from(time.month().unsigned_abs()) - 1, count),
        'M' | 'L' => number(time.month().into()),
        'd' => number(time.day().into()),
        'D' => number(time.day_of_year().into()),
        'E' => name(&DAYS, usize::from(time.weekday().to_monday_zero_offset().unsigned_abs()), count),
        'a' => (if hour < 12 { "AM" } else { "PM" }).to_owned(),
        'H' => number(hour),
        'k' => number(if hour == 0 { 24 } else { hour }),
        'K' => number(hour % 12),
        'h' => number(if hour % 12 == 0 { 12 } else { hour % 12 }),
        'm' => number(time.minute().into()),
        's' => number(time.second().into()),
        'S' => {
            let digits = format!("{:09}", time.subsec_nanosecond());
            format!("{:0<count$}", &digits[..count.min(9)])
        }
        'z' => "UTC".to_owned(),
        'X' => "Z".to_owned(),
        _ => "+0000".to_owned(),
    };
    out.push_str(&text);
}

fn name(names: &[&str], index: usize, count: usize) -> String {
    let name = names.get(index).copied().unwrap_or_default();
    if count > 3 { name.to_owned() } else { name.chars().take(3).collect() }
}

/// What has been read of a date.
#[derive(Default)]
struct Found {
    year: Option<i16>,
    month: Option<i8>,
    day: Option<i8>,
    day_of_year: Option<i16>,
    hour: i8,
    afternoon: Option<bool>,
    minute: i8,
    second: i8,
    nanosecond: i32,
    offset: Option<Offset>,
}

impl Found {
    /// Takes what a run of letters stands for from the text and returns the rest. Where another number follows at once
    /// (`crowded`) the count of letters is that of the digits.
    fn take<'t>(&mut self, text: &'t str, letter: char, count: usize, crowded: bool) -> Option<&'t str> {
        match letter {
            'M' | 'L' if count > 2 => {
                let (index, rest) = named(text, &MONTHS)?;
                self.month = i8::try_from(index + 1).ok();
                return Some(rest);
            }
            'E' => return named(text, &DAYS).map(|(_, rest)| rest),
            'a' => {
                let half = text.get(..2)?.to_ascii_uppercase();
                self.afternoon = Some(match half.as_str() {
                    "AM" => false,
                    "PM" => true,
                    _ => return None,
                });
                return Some(&text[2..]);
            }
            'z' | 'Z' | 'X' => return self.zone(text),
            _ => {}
        }
        let most = if crowded { count } else { usize::MAX };
        let length = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
        let (digits, rest) = text.split_at(length);
        let number: i64 = digits.parse().ok()?;
        match letter {
            'S' => {
                let nine: String = digits.chars().chain("000000000".chars()).take(9).collect();
                self.nanosecond = nine.parse().ok()?;
            }
            'y' | 'Y' | 'u' if count == 2 && length == 2 => {
                // As Java does it: within 80 years before and 20 years after now, here 2024.
                self.year = i16::try_from(if number < 45 { 2000 + number } else { 1900 + number }).ok();
            }
            'y' | 'Y' | 'u' => self.year = Some(i16::try_from(number).ok()?),
            'M' | 'L' => self.month = Some(i8::try_from(number).ok()?),
            'd' => self.day = Some(i8::try_from(number).ok()?),
            'D' => self.day_of_year = Some(i16::try_from(number).ok()?),
            'm' => self.minute = i8::try_from(number).ok()?,
            's' => self.second = i8::try_from(number).ok()?,
            'k' => self.hour = i8::try_from(number % 24).ok()?,
            'h' => self.hour = i8::try_from(number % 12).ok()?,
            _ => self.hour = i8::try_from(number).ok()?,
        }
        Some(rest)
    }

    fn zone<'t>(&mut self, text: &'t str) -> Option<&'t str> {
        for utc in ["UTC", "GMT", "Z"] {
            if let Some(rest) = text.strip_prefix(utc) {
                self.offset = Some(Offset::UTC);
                return Some(rest);
            }
        }
        let sign = match text.as_bytes().first()? {
            b'+' => 1,
            b'-' => -1,
            _ => return None,
        };
        let mut digits = String::new();
        let mut end = 1;
        for char in text[1..].chars().take_while(|char| char.is_ascii_digit() || *char == ':') {
            if digits.len() == 4 {
                break;
            }
            end += 1;
            if char != ':' {
                digits.push(char);
            }
        }
        let hours: i32 = digits.get(..2)?.parse().ok()?;
        let minutes: i32 = if digits.len() == 4 { digits[2..].parse().ok()? } else { 0 };
        self.offset = Some(Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()?);
        Some(&text[end..])
    }

    fn time(self) -> Option<Timestamp> {
        let year = self.year.unwrap_or(1970);
        let date = match self.day_of_year {
            Some(day) => Date::new(year, 1, 1).ok()?.with().day_of_year(day).build().ok()?,
            None => Date::new(year, self.month.unwrap_or(1), self.day.unwrap_or(1)).ok()?,
        };
        let hour = self.hour + if self.afternoon == Some(true) && self.hour < 12 { 12 } else { 0 };
        let time = Time::new(hour, self.minute, self.second, self.nanosecond).ok()?;
        self.offset.unwrap_or(Offset::UTC).to_timestamp(DateTime::from_parts(date, time)).ok()
    }
}

/// The name, or its first three letters, that the text begins with.
fn named<'t>(text: &'t str, names: &[&str]) -> Option<(usize, &'t str)> {
    let begins = |name: &str| text.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    names.iter().enumerate().find_map(|(index, name)| {
        [*name, &name[..3]].into_iter().find(|name| begins(name)).map(|name| (index, &text[name.len()..]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time() -> Timestamp {
        "2024-02-05T18:07:08.009Z".parse().unwrap()
    }

    fn written(pattern: &str) -> String {
        Pattern::parse(pattern).unwrap().format(time())
    }

    #[test]
    fn letters_have_their_meaning() {
        assert_eq!(written("yyyy-MM-dd'T'HH:mm:ss.SSSX"), "2024-02-05T18:07:08.009Z");
        assert_eq!(written("d/M/yy h:mm a"), "5/2/24 6:07 PM");
        assert_eq!(written("EEE, dd MMM yyyy HH:mm:ss Z"), "Mon, 05 Feb 2024 18:07:08 +0000");
        assert_eq!(written("EEEE MMMM D DDD k K"), "Monday February 36 036 18 6");
        assert_eq!(written("'at' hh 'o''clock' ''"), "at 06 o'clock '");
    }

    #[test]
    fn what_is_written_is_read() {
        for pattern in [
            "yyyy-MM-dd'T'HH:mm:ss.SSSX",
            "yyyyMMddHHmmssSSS",
            "EEE, dd MMM yyyy hh:mm:ss.SSS a z",
            "MMMM d yyyy, H:m:s.SSS Z",
            "yyyy DDD HH:mm:ss.SSS",
        ] {
            let parsed = Pattern::parse(pattern).unwrap();
            assert_eq!(parsed.read(&parsed.format(time())), Some(time()), "{pattern}");
        }
    }

    #[test]
    fn reading_takes_all_and_nothing_less() {
        let day = Pattern::parse("yyyy-MM-dd").unwrap();
        assert_eq!(day.read("2024-02-05"), Some("2024-02-05T00:00:00Z".parse().unwrap()));
        assert_eq!(day.read("2024-2-5"), Some("2024-02-05T00:00:00Z".parse().unwrap()));
        for wrong in ["2024-02-05 ", "2024-02-30", "2024/02/05", "", "2024-02-"] {
            assert_eq!(day.read(wrong), None, "{wrong}");
        }
        let zoned = Pattern::parse("yyyy-MM-dd HH:mm X").unwrap();
        assert_eq!(zoned.read("2024-02-05 18:00 +02:00"), Some("2024-02-05T16:00:00Z".parse().unwrap()));
        assert_eq!(zoned.read("2024-02-05 18:00 -0130"), Some("2024-02-05T19:30:00Z".parse().unwrap()));
    }

    #[test]
    fn what_is_no_pattern_is_told() {
        assert_eq!(Pattern::parse("yyyy q"), Err(PatternError::Letter('q')));
        assert_eq!(Pattern::parse("'open"), Err(PatternError::Quote));
    }
}
