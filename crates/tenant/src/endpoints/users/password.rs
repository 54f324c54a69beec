//! Passwords that the tenant itself hashes.

use crate::error::ApiError;
use crate::store::ConnectionRow;

/// Cost of the tenant's own bcrypt hashes, as at Auth0.
const COST: u32 = 10;

/// Hashes a password with bcrypt. Takes a tenth of a second: run it where that blocks nobody.
///
/// # Errors
/// 500 when bcrypt fails.
pub(crate) fn hash(password: &str) -> Result<String, ApiError> {
    bcrypt::hash(password, COST).map_err(|error| {
        tracing::error!(%error, "bcrypt failed");
        ApiError::internal()
    })
}

/// Whether a password is as strong as the connection's policy wants: Auth0's older `passwordPolicy`.
pub(crate) fn is_strong(password: &str, connection: &ConnectionRow) -> bool {
    let policy = connection.options.get("passwordPolicy").and_then(serde_json::Value::as_str);
    let has = |test: fn(char) -> bool| usize::from(password.chars().any(test));
    let classes = has(|c| c.is_lowercase()) + has(|c| c.is_uppercase()) + has(|c| c.is_numeric());
    let all = classes + has(|c| !c.is_alphanumeric());
    let length = password.chars().count();
    match policy {
        Some("low") => length >= 6,
        Some("fair") => length >= 8 && classes == 3,
        Some("good") => length >= 8 && all >= 3,
        Some("excellent") => length >= 10 && all >= 3 && !three_in_a_row(password),
        _ => length >= 1,
    }
}

fn three_in_a_row(password: &str) -> bool {
    let characters: Vec<char> = password.chars().collect();
    characters.windows(3).any(|window| window.iter().all(|c| Some(c) == window.first()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};

    use super::*;

    fn with(policy: Option<&str>) -> ConnectionRow {
        let mut options = Map::new();
        if let Some(policy) = policy {
            options.insert("passwordPolicy".into(), json!(policy));
        }
        ConnectionRow {
            pk: 1,
            id: String::new(),
            name: String::new(),
            strategy: "auth0".into(),
            options,
            rest: Map::new(),
            created_at: 0,
        }
    }

    #[test]
    fn each_policy_takes_what_it_names() {
        for (policy, good, bad) in [
            (None, "x", ""),
            (Some("low"), "abcdef", "abcde"),
            (Some("fair"), "Abcdefg1", "abcdefg1"),
            (Some("good"), "I have a password", "abcdefg1"),
            (Some("excellent"), "Abcdefgh12", "Abcdefggg1"),
        ] {
            assert!(is_strong(good, &with(policy)), "{policy:?}");
            assert!(!is_strong(bad, &with(policy)), "{policy:?}");
        }
    }
}
