//! Numbers of things.

use migration::report::html::figures::count;

/// A number and what is counted, with an `s` for all numbers but one.
pub(crate) fn number_of(number: u64, thing: &str) -> String {
    format!("{} {thing}{}", count(number), if number == 1 { "" } else { "s" })
}

/// The word alone, where the number stands out.
pub(crate) fn things(number: u64, thing: &str) -> String {
    format!("{thing}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_one() {
        assert_eq!(
            [0, 1, 2_000].map(|number| number_of(number, "user")),
            ["0 users", "1 user", "2,000 users"]
        );
        assert_eq!((things(1, "account").as_str(), things(3, "account").as_str()), ("account", "accounts"));
    }
}
