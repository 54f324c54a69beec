//! Passwords of the sample's accounts.

mod digest;
mod kind;
mod pool;
mod tables;

use std::collections::BTreeMap;

pub use kind::HashKind;
pub(crate) use pool::Entry;

/// A pool for each kind.
#[derive(Debug, Clone)]
pub(crate) struct Pools(BTreeMap<HashKind, Vec<Entry>>);

impl Pools {
    /// Computes all pools; a fraction of a second.
    pub(crate) fn new(seed: u64) -> Self {
        let kinds = HashKind::MOVABLE.into_iter().chain(HashKind::IMMOVABLE);
        Self(kinds.map(|kind| (kind, pool::entries(kind, seed))).collect())
    }

    /// The entry of a kind that a record takes.
    pub(crate) fn entry(&self, kind: HashKind, turn: u64) -> Option<&Entry> {
        let entries = self.0.get(&kind)?;
        entries.get((turn % entries.len() as u64) as usize)
    }
}

#[cfg(test)]
mod tests {
    use argon2::{Argon2, PasswordHash, PasswordVerifier};

    use super::*;

    #[test]
    fn the_tables_are_hashes_of_their_passwords() {
        for (password, made) in [tables::BCRYPT_10, tables::BCRYPT_OTHER, tables::BCRYPT_2Y].concat() {
            assert!(bcrypt::verify(password, made).unwrap(), "{made}");
            assert!(!bcrypt::verify("wrong", made).unwrap(), "{made}");
        }
        for (password, made) in tables::ARGON2ID {
            let hash = PasswordHash::new(made).unwrap();
            assert!(Argon2::default().verify_password(password.as_bytes(), &hash).is_ok(), "{made}");
            assert!(Argon2::default().verify_password(b"wrong", &hash).is_err(), "{made}");
        }
    }

    #[test]
    fn every_kind_has_a_pool_and_the_tables_its_passwords() {
        let pools = Pools::new(1);
        for kind in HashKind::MOVABLE.into_iter().chain(HashKind::IMMOVABLE) {
            for turn in 0..24 {
                let entry = pools.entry(kind, turn).unwrap();
                let object: serde_json::Value = serde_json::from_str(&entry.json).unwrap();
                assert!(object["hash"].is_string() || object["compoundHash"].is_string(), "{kind:?}");
            }
        }
        for table in [tables::BCRYPT_10, tables::BCRYPT_OTHER, tables::BCRYPT_2Y, tables::ARGON2ID] {
            for (turn, (password, _)) in table.iter().enumerate() {
                assert_eq!(pools.entry(HashKind::Md5, turn as u64).unwrap().password, *password);
            }
        }
    }
}
