//! bcrypt, as its usual text or as raw bytes beside salt and rounds (2^cost).

use super::{Settings, Unverifiable, equal, template};

/// Highest cost that a login takes: some seconds.
const MOST_COST: u32 = 16;

/// Bytes of a password that count. Source: the algorithm.
const LONGEST: usize = 72;

/// Holds a password against the text.
pub(super) fn verify(text: &str, password: &[u8]) -> Result<bool, Unverifiable> {
    let cost = text.split('$').nth(2).and_then(|cost| cost.parse().ok());
    if cost.is_none_or(|cost: u32| cost > MOST_COST) {
        return Err(Unverifiable::Malformed("bcrypt with a cost that is missing or too high"));
    }
    let password = password.get(..LONGEST).unwrap_or(password);
    bcrypt::verify(password, text).map_err(|_| Unverifiable::Malformed("not a bcrypt text"))
}

/// Holds a password against the raw bytes.
pub(super) fn raw(settings: &Settings, stored: &[u8], password: &str) -> Result<bool, Unverifiable> {
    let rounds = settings.rounds.filter(|rounds| rounds.is_power_of_two());
    let cost = rounds.map(u32::ilog2).filter(|cost| (4..=MOST_COST).contains(cost));
    let cost = cost.ok_or(Unverifiable::Malformed("bcrypt with rounds that are no power of two"))?;
    let salt: [u8; 16] = settings
        .salt_bytes()?
        .try_into()
        .map_err(|_| Unverifiable::Malformed("bcrypt with a salt that has not 16 bytes"))?;
    let mut bytes = template::fill(settings, password)?;
    // The terminating zero is part of what is hashed.
    bytes.push(0);
    bytes.truncate(LONGEST);
    let made = bcrypt::bcrypt(cost, salt, &bytes);
    // The text holds 23 of its 24 bytes.
    Ok(matches!(stored.len(), 23 | 24) && made.get(..stored.len()).is_some_and(|made| equal(made, stored)))
}
