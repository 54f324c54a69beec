//! Fingerprints of identifiers: spilled to disk in buckets, so that memory does not grow with the number of users.

use std::borrow::Cow;
use std::fs::File;
use std::hash::Hash;
use std::io;
use std::os::unix::fs::FileExt;

use siphasher::sip128::{Hasher128, SipHasher13};

/// Buckets; a 256th of all fingerprints has to fit in memory at a time.
const BUCKETS: usize = 256;
/// Bytes of one fingerprint on disk: hash, user and kind, last login.
const SIZE: usize = 32;
/// Bytes of a bucket that wait in memory, and of a block on disk: all of one bucket.
const BLOCK: usize = 1 << 13;

/// What a fingerprint is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// `user_id`
    UserId,
    /// `email`
    Email,
    /// `username`
    Username,
    /// `phone_number`
    Phone,
}

impl Key {
    const ALL: [Self; 4] = [Self::UserId, Self::Email, Self::Username, Self::Phone];

    /// The code of a double.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::UserId => "duplicate_user_id",
            Self::Email => "duplicate_email",
            Self::Username => "duplicate_username",
            Self::Phone => "duplicate_phone",
        }
    }

    /// What it is, in words.
    #[must_use]
    pub fn what(self) -> &'static str {
        match self {
            Self::UserId => "id",
            Self::Email => "address",
            Self::Username => "user name",
            Self::Phone => "phone number",
        }
    }
}

/// An identifier as Auth0 compares it: addresses and user names in lower case (source: facts on Auth0, "Limits").
#[must_use]
pub fn folded(key: Key, text: &str) -> Cow<'_, str> {
    let is_low = || text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    match key {
        Key::Email | Key::Username if !is_low() => Cow::Owned(text.to_lowercase()),
        _ => Cow::Borrowed(text),
    }
}

/// A user that shares an identifier with another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Member {
    /// Number of the user in the order of packing, from 0.
    pub user: u64,
    /// Last login, epoch milliseconds; 0 when unknown.
    pub last_login: i64,
}

/// Users that share an identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Which identifier.
    pub key: Key,
    /// The users, in the order of packing; two at least.
    pub members: Vec<Member>,
}

/// A keyed hash of an identifier. The key is made anew for every run, so that nobody can prepare two addresses that
/// look the same.
#[derive(Debug, Clone, Copy)]
pub struct Hasher {
    keys: (u64, u64),
}

impl Hasher {
    /// The fingerprint of an identifier.
    #[must_use]
    pub fn of(&self, key: Key, text: &str) -> u128 {
        let mut hasher = SipHasher13::new_with_keys(self.keys.0, self.keys.1 ^ key as u64);
        text.hash(&mut hasher);
        hasher.finish128().as_u128()
    }
}

/// All fingerprints of a run.
pub struct Fingerprints {
    hasher: Hasher,
    buckets: Vec<Bucket>,
    /// The blocks of all buckets in the order in which they filled. One anonymous file for all: making a file costs more
    /// than writing a block.
    spilled: Option<File>,
    blocks: u32,
}

/// Fingerprints whose hashes end alike.
#[derive(Default)]
struct Bucket {
    waiting: Vec<u8>,
    /// Numbers of its blocks on disk.
    blocks: Vec<u32>,
}

impl Fingerprints {
    /// None yet; `keys` are random numbers.
    #[must_use]
    pub fn new(keys: (u64, u64)) -> Self {
        let buckets = (0..BUCKETS).map(|_| Bucket::default()).collect();
        Self { hasher: Hasher { keys }, buckets, spilled: None, blocks: 0 }
    }

    /// How identifiers are hashed.
    #[must_use]
    pub fn hasher(&self) -> Hasher {
        self.hasher
    }

    /// Notes that `user` has an identifier.
    ///
    /// # Errors
    /// The disk is full.
    pub fn note(&mut self, key: Key, hash: u128, user: u64, last_login: i64) -> io::Result<()> {
        let bucket = &mut self.buckets[(hash as usize) % BUCKETS];
        let mut one = [0; SIZE];
        one[..16].copy_from_slice(&hash.to_le_bytes());
        one[16..24].copy_from_slice(&(user << 2 | key as u64).to_le_bytes());
        one[24..].copy_from_slice(&last_login.to_le_bytes());
        bucket.waiting.extend_from_slice(&one);
        if bucket.waiting.len() == BLOCK {
            let file = match &mut self.spilled {
                Some(file) => file,
                empty => empty.insert(tempfile::tempfile()?),
            };
            file.write_all_at(&bucket.waiting, u64::from(self.blocks) * BLOCK as u64)?;
            bucket.blocks.push(self.blocks);
            bucket.waiting.clear();
            self.blocks += 1;
        }
        Ok(())
    }

    /// Finds the users that share an identifier, on `threads` threads. The order of the groups is that of their first
    /// members.
    ///
    /// # Errors
    /// The disk cannot be read.
    pub fn groups(self, threads: usize) -> io::Result<Vec<Group>> {
        let share = BUCKETS.div_ceil(threads.max(1));
        let file = self.spilled.as_ref();
        let found: io::Result<Vec<Vec<Group>>> = std::thread::scope(|scope| {
            let workers: Vec<_> = self
                .buckets
                .chunks(share)
                .map(|share| {
                    scope.spawn(move || {
                        let (mut bytes, mut all, mut groups) = (Vec::new(), Vec::new(), Vec::new());
                        for bucket in share {
                            bucket.read(file, &mut bytes)?;
                            find(&bytes, &mut all, &mut groups);
                        }
                        Ok(groups)
                    })
                })
                .collect();
            workers
                .into_iter()
                .map(|worker| worker.join().unwrap_or_else(|_| Err(io::Error::other("a worker broke"))))
                .collect()
        });
        let mut groups: Vec<Group> = found?.into_iter().flatten().collect();
        groups.sort_by_key(|group| (group.members.first().map(|member| member.user), group.key));
        Ok(groups)
    }
}

impl Bucket {
    /// Puts everything that is in the bucket into `bytes`.
    fn read(&self, file: Option<&File>, bytes: &mut Vec<u8>) -> io::Result<()> {
        bytes.resize(self.blocks.len() * BLOCK, 0);
        if let Some(file) = file {
            for (block, number) in bytes.chunks_exact_mut(BLOCK).zip(&self.blocks) {
                file.read_exact_at(block, u64::from(*number) * BLOCK as u64)?;
            }
        }
        bytes.extend_from_slice(&self.waiting);
        Ok(())
    }
}

/// Finds equal hashes among the fingerprints of a bucket. `all` is memory for it.
fn find(bytes: &[u8], all: &mut Vec<(u128, u64, i64)>, groups: &mut Vec<Group>) {
    all.clear();
    all.extend(bytes.as_chunks::<SIZE>().0.iter().map(|one| {
        let number = |from: usize| {
            one[from..from + 8].iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte))
        };
        let hash = u128::from(number(8)) << 64 | u128::from(number(0));
        (hash, number(16), number(24).cast_signed())
    }));
    all.sort_unstable();
    for same in all.chunk_by(|left, right| left.0 == right.0).filter(|same| same.len() > 1) {
        let key = Key::ALL[(same[0].1 & 3) as usize];
        let members =
            same.iter().map(|&(_, user, last_login)| Member { user: user >> 2, last_login }).collect();
        groups.push(Group { key, members });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_are_found_among_many() {
        let mut all = Fingerprints::new((1, 2));
        let hasher = all.hasher();
        for user in 0..20_000_u64 {
            let email = format!("u{}@x.test", if user % 1000 == 999 { user - 999 } else { user });
            all.note(Key::Email, hasher.of(Key::Email, &email), user, 5).unwrap();
            all.note(Key::UserId, hasher.of(Key::UserId, &email), user + 100_000, 5).unwrap();
        }
        let groups = all.groups(3).unwrap();
        assert_eq!(groups.len(), 40);
        let emails: Vec<_> = groups.iter().filter(|group| group.key == Key::Email).collect();
        assert_eq!(emails.len(), 20);
        for (index, group) in emails.iter().enumerate() {
            let first = index as u64 * 1000;
            assert_eq!(
                group.members,
                [Member { user: first, last_login: 5 }, Member { user: first + 999, last_login: 5 }]
            );
        }
    }
}
