//! Numbers for a person.

/// With a comma every three digits.
#[must_use]
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Seconds in the units that suit them.
#[must_use]
pub fn duration(seconds: f64) -> String {
    let whole = seconds.round().max(0.0) as u64;
    match whole {
        _ if seconds < 0.1 => format!("{:.0} ms", seconds.max(0.0) * 1000.0),
        _ if seconds < 60.0 => format!("{seconds:.1} s"),
        60..3600 => format!("{} min {} s", whole / 60, whole % 60),
        3600..172_800 => format!("{} h {} min", whole / 3600, whole % 3600 / 60),
        _ => format!("{} days {} h", whole / 86_400, whole % 86_400 / 3600),
    }
}

/// Bytes in the units that suit them, a thousand to the next.
#[must_use]
pub fn bytes(number: u64) -> String {
    match number {
        0..1000 => format!("{number} bytes"),
        1000..1_000_000 => format!("{:.1} KB", number as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", number as f64 / 1e6),
        _ => format!("{:.1} GB", number as f64 / 1e9),
    }
}

/// A share of a whole in per cent; 100 % only when it is all of it.
#[must_use]
pub fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "–".into();
    }
    let percent = part as f64 * 100.0 / whole as f64;
    if part < whole && percent > 99.9 { ">99.9 %".into() } else { format!("{percent:.1} %") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_well() {
        assert_eq!([0, 999, 1000, 1_234_567].map(count), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(
            [0.012, 3.25, 61.0, 7300.0, 200_000.0].map(duration),
            ["12 ms", "3.2 s", "1 min 1 s", "2 h 1 min", "2 days 7 h"]
        );
        assert_eq!([12, 512_000, 5_500_000].map(bytes), ["12 bytes", "512.0 KB", "5.5 MB"]);
        assert_eq!(percent(1, 3), "33.3 %");
        assert_eq!(percent(99_999, 100_000), ">99.9 %");
        assert_eq!(percent(0, 0), "–");
    }
}
