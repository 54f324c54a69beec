//! Who else is in a run: a mended user must not take an identifier of another, which nobody would notice before it is sent.

use std::collections::{HashMap, HashSet};

use super::{MendError, Mended, Mender, Position, each, is_refused, place};
use crate::duplicates::{Fingerprints, Hasher, Key, folded};
use crate::prepare::{Fate, Judged};
use crate::retry::Chain;
use crate::run::RunFolder;
use crate::settle::{Keys, PartFile};

/// Fingerprints of all users of a run and the parts that they stand in, sorted: 16 bytes for each identifier.
#[derive(Debug)]
pub(super) struct Others {
    hasher: Hasher,
    all: Vec<(u64, u32)>,
}

impl Others {
    fn read(run: &RunFolder) -> Result<Self, MendError> {
        // The key is made anew, so that nobody can prepare identifiers that look the same.
        let hasher = Fingerprints::new(rand::random()).hasher();
        let mut all = Vec::new();
        for part in run.manifest()?.parts {
            for keys in PartFile::load(run, &part)?.keys()? {
                all.extend(named(&keys).map(|(key, text)| (print(hasher, key, text), part.number)));
            }
        }
        all.sort_unstable();
        Ok(Self { hasher, all })
    }

    /// Numbers of the parts in which somebody may have this identifier.
    fn parts(&self, key: Key, text: &str) -> impl Iterator<Item = u32> {
        let print = print(self.hasher, key, text);
        let from = self.all.partition_point(|one| one.0 < print);
        self.all[from..].iter().take_while(move |one| one.0 == print).map(|one| one.1)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a print that fits by chance is looked at closer")]
fn print(hasher: Hasher, key: Key, text: &str) -> u64 {
    hasher.of(key, &folded(key, text)) as u64
}

fn named(keys: &Keys) -> impl Iterator<Item = (Key, &str)> {
    let all = [
        (Key::UserId, &keys.user_id),
        (Key::Email, &keys.email),
        (Key::Username, &keys.username),
        (Key::Phone, &keys.phone_number),
    ];
    all.into_iter().filter_map(|(key, text)| Some((key, text.as_deref()?)))
}

/// The identifier that two users share.
fn shared(one: &Keys, other: &Keys) -> Option<Key> {
    let same = |key, text: &str| {
        named(other).any(|(other, theirs)| other == key && folded(key, theirs) == folded(key, text))
    };
    named(one).find(|(key, text)| same(*key, text)).map(|(key, _)| key)
}

impl Mender {
    /// What a user would become that is sent in the place of another: what the screen says, and that nobody else of the run has
    /// one of its identifiers, as packed or as mended. `uid` is that of the account, when it is known.
    ///
    /// # Errors
    /// [`MendError`] when the run cannot be read.
    pub fn judge_in_place(
        &self,
        user: &serde_json::Map<String, serde_json::Value>,
        position: &Position,
        uid: Option<&str>,
    ) -> Result<Judged, MendError> {
        let mut judged = self.judge(user);
        let Fate::Packed { user, .. } = &judged.fate else { return Ok(judged) };
        let keys: Keys = serde_json::from_value(user.clone().into()).unwrap_or_default();
        if let Some((key, other)) = self.taken(&keys, position, uid)? {
            let who = other.user_id.or(other.email).unwrap_or_default();
            let reason = format!("user {who} of this run has the same {}", key.what());
            judged.fate = Fate::SetAside { code: key.code(), reason };
        }
        Ok(judged)
    }

    /// Somebody else who has one of these identifiers, and which.
    fn taken(
        &self,
        keys: &Keys,
        position: &Position,
        uid: Option<&str>,
    ) -> Result<Option<(Key, Keys)>, MendError> {
        let chain = Chain::of(&self.folder)?;
        let (mended, moved) = mended(&chain)?;
        let own = (self.folder.name(), position);
        for ((run, place), other) in &mended {
            let is_own = (run, place) == (&own.0, own.1) || (uid.is_some() && other.uid.as_deref() == uid);
            let theirs = serde_json::from_value(other.user.clone().into()).unwrap_or_default();
            if let Some(key) = shared(keys, &theirs).filter(|_| !is_own) {
                return Ok(Some((key, theirs)));
            }
        }
        // Who was set aside in the first run is in none of its parts; everybody else is.
        let was_packed = is_refused(position) || self.folder.path() != chain.root().path();
        let mut others = self.others.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let others = match &*others {
            Some(others) => others,
            None => others.insert(Others::read(chain.root())?),
        };
        let parts = chain.root().manifest()?.parts;
        for (key, text) in named(keys) {
            for number in others.parts(key, text) {
                let Some(part) = parts.iter().find(|part| part.number == number) else { continue };
                for (row, theirs) in (1_u32..).zip(PartFile::load(chain.root(), part)?.keys()?) {
                    let is_own = was_packed && uid.is_some() && theirs.user_id.as_deref() == uid;
                    if is_own || moved.contains(&place(number, row)) {
                        continue;
                    }
                    if let Some(key) = shared(keys, &theirs) {
                        return Ok(Some((key, theirs)));
                    }
                }
            }
        }
        Ok(None)
    }
}

type Places = HashMap<(String, Position), Mended>;

/// The last form of each mended user of a chain; and the places in the parts of its first run from which some have moved on.
fn mended(chain: &Chain) -> Result<(Places, HashSet<Position>), MendError> {
    let (mut all, mut moved) = (Places::new(), HashSet::new());
    for run in chain.runs() {
        each(run, |mended| {
            if run.path() == chain.root().path() && is_refused(&mended.position) {
                moved.insert(mended.position.clone());
            }
            // Who was mended before has moved on, too.
            all.retain(|_, before: &mut Mended| before.uid.is_none() || before.uid != mended.uid);
            all.insert((run.name(), mended.position.clone()), mended);
        })
        .map_err(|source| MendError::Io { path: run.file("mended.ndjson"), source })?;
    }
    Ok((all, moved))
}
