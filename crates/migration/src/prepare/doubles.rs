//! Users who share an identifier: the users that several become, and the lines of those who are set aside.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use record::{Object, Record, Value};
use user::rules::PROFILE_MAX_BYTES;

use super::batch::Aside;
use super::spill::{self, profile_len};
use crate::duplicates::{self, Index, Judgement, Key, Loser, Place};
use crate::run::RunFolder;

/// The united user that a user is part of.
#[derive(Debug, Clone)]
pub(super) struct Heir {
    /// The user whose latest login gave the united one its names.
    pub(super) first: u64,
    /// Its `user_id` and `email` as packed.
    pub(super) user_id: Value,
    pub(super) email: Value,
}

/// What became of the users that a policy unites.
#[derive(Debug, Default)]
pub(super) struct United {
    /// One user for each of [`Judgement::merged`], as JSON.
    pub(super) users: Vec<Vec<u8>>,
    /// For each user that became part of a united one: of which.
    pub(super) heirs: HashMap<u64, Heir>,
    /// Lines of `spilled.ndjson`: conflicts for which a united user had no room.
    pub(super) spilled: Vec<Record>,
}

/// Unites users. Those whose profile would be too large for Auth0 stay what they are: they leave `judgement.merged`, so that
/// the latest login stays and the others are set aside. When only counting, a united user is as large as its latest login.
pub(super) fn unite(
    folder: Option<&RunFolder>,
    index: &mut Index,
    judgement: &mut Judgement,
) -> io::Result<United> {
    let mut united = United::default();
    let mut merged = Vec::with_capacity(judgement.merged.len());
    for users in std::mem::take(&mut judgement.merged) {
        let first = index.get(users.first().copied().unwrap_or(0))?;
        let Some(folder) = folder else {
            united.users.push(vec![0; first.len as usize]);
            merged.push(users);
            continue;
        };
        let mut parts = Parts::of(folder);
        let mut read: Vec<Record> = Vec::with_capacity(users.len());
        for user in &users {
            let bytes = parts.bytes(&index.get(*user)?)?;
            read.push(
                spill::read(&bytes).ok_or_else(|| io::Error::other("a user that was packed is no JSON"))?,
            );
        }
        let objects: Vec<&Object> = read.iter().map(Record::members).collect();
        let mut user = duplicates::merge(&objects);
        let member = |user: &Object, name| user.get(name).cloned().unwrap_or(Value::NULL);
        let id = member(&user, "user_id");
        let conflicts = (profile_len(&user) > PROFILE_MAX_BYTES).then(|| take_conflicts(&mut user)).flatten();
        if profile_len(&user) > PROFILE_MAX_BYTES {
            continue;
        }
        if let Some(conflicts) = conflicts {
            let spilled = Object::from_iter([("app_metadata.gigya.conflicts", conflicts)]);
            united.spilled.push(spill::line(id.clone(), spilled));
        }
        let heir =
            Heir { first: users.first().copied().unwrap_or(0), user_id: id, email: member(&user, "email") };
        united.heirs.extend(users.iter().map(|user| (*user, heir.clone())));
        united.users.push(Record::from(user).to_json());
        merged.push(users);
    }
    judgement.merged = merged;
    Ok(united)
}

fn take_conflicts(user: &mut Object) -> Option<Value> {
    user.get_mut("app_metadata")?.as_object_mut()?.get_mut("gigya")?.as_object_mut()?.remove("conflicts")
}

/// Users read from parts that are not patched yet.
pub(super) struct Parts<'f> {
    folder: &'f RunFolder,
    open: HashMap<u32, File>,
}

impl<'f> Parts<'f> {
    pub(super) fn of(folder: &'f RunFolder) -> Self {
        Self { folder, open: HashMap::new() }
    }

    fn bytes(&mut self, place: &Place) -> io::Result<Vec<u8>> {
        if !self.open.contains_key(&place.part) {
            if self.open.len() >= 64 {
                self.open.clear();
            }
            self.open.insert(place.part, File::open(self.folder.part(place.part))?);
        }
        let mut bytes = vec![0; place.len as usize];
        if let Some(file) = self.open.get(&place.part) {
            file.read_exact_at(&mut bytes, u64::from(place.start))?;
        }
        Ok(bytes)
    }

    /// The id of a user: when it has one, it stands first ([`user::User::write_json`]).
    fn id(&mut self, place: &Place) -> io::Result<Option<String>> {
        const NAME: &[u8] = b"{\"user_id\":";
        let head = Place { len: place.len.min(ID_BYTES), ..*place };
        let bytes = self.bytes(&head)?;
        let Some(value) = bytes.strip_prefix(NAME) else { return Ok(None) };
        let id = serde_json::Deserializer::from_slice(value).into_iter::<String>().next();
        id.transpose().map_err(io::Error::other)
    }
}

/// The beginning of a user holds its whole id: 255 characters, each with an escape.
const ID_BYTES: u32 = 16 + user::rules::USER_ID_MAX as u32 * 12;

/// The line of a loser: who it is, and whom it is set aside for.
pub(super) fn describe(
    loser: &Loser,
    place: &Place,
    united: Option<bool>,
    parts: &mut Parts<'_>,
    index: &mut Index,
) -> io::Result<Aside> {
    let uid = parts.id(place)?;
    let what = loser.key.what();
    let mut fix = None;
    let reason = if loser.winner == loser.user {
        format!("another account has the same {what}")
    } else {
        let place = index.get(loser.winner)?;
        let winner = parts.id(&place)?.unwrap_or_else(|| "without id".to_owned());
        let winner = format!("account {winner} (record {})", place.record);
        match united {
            Some(true) => {
                fix = Some(match loser.key {
                    Key::UserId => "nothing: the person arrives as one user, under this id",
                    _ => {
                        "nothing: the person arrives as one user, and app_metadata.gigya.merged names this id"
                    }
                });
                format!("united with {winner}, of the same person by {what}")
            }
            Some(false) => {
                fix = Some("shorten the accounts at the source, or decide which one is kept");
                format!(
                    "of the same person as {winner} by {what}; together their profile would be larger than Auth0 takes"
                )
            }
            None if loser.later => format!("{winner} has the same {what} and logged in later"),
            None => format!("{winner} has the same {what} and comes first; neither logged in later"),
        }
    };
    Ok(Aside { record: 0, byte: 0, uid, code: loser.key.code(), reason, fix, raw: None })
}
