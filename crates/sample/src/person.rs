//! Who an account belongs to: a pure function of seed and position, so that a double can be made from its partner.

use crate::random::Random;
use crate::text::digits;
use crate::words::{DOMAINS, FIRST, LAST, PLACES};

/// Name, place and email.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) given: &'static str,
    pub(crate) given_ascii: &'static str,
    pub(crate) family: &'static str,
    pub(crate) gender: &'static str,
    pub(crate) place: (&'static str, &'static str, &'static str, &'static str, &'static str),
    /// Lower case; no two positions have the same.
    pub(crate) email: String,
}

impl Person {
    pub(crate) fn new(seed: u64, index: u64) -> Self {
        let mut random = Random::new(seed, index ^ 0x5050_0000_0000);
        let (given, given_ascii, gender) = FIRST[random.below(FIRST.len() as u64) as usize];
        let (family, family_ascii) = LAST[random.below(LAST.len() as u64) as usize];
        let place = PLACES[random.below(PLACES.len() as u64) as usize];
        let mut email = Vec::with_capacity(48);
        email.extend_from_slice(given_ascii.as_bytes());
        email.push(b'.');
        email.extend_from_slice(family_ascii.as_bytes());
        digits(&mut email, index + 1, 1);
        email.push(b'@');
        email.extend_from_slice(DOMAINS[random.below(DOMAINS.len() as u64) as usize].as_bytes());
        let email = String::from_utf8(email).unwrap_or_default();
        Self { given, given_ascii, family, gender, place, email }
    }
}
