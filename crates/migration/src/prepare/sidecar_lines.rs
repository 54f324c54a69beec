//! The lines of `linking.ndjson` and `spilled.ndjson`, once it is known who stays and who lives on in another.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{self, Write};

use record::{Record, Value};

use super::doubles::Heir;
use super::sidecar::Sidecar;
use super::spill;

/// Writes the lines of users who stay; those of a user who lives on in another are the other's from now on.
pub(super) fn all(
    lines: Sidecar,
    gone: &BTreeSet<u64>,
    heirs: &HashMap<u64, Heir>,
    out: &mut impl Write,
) -> io::Result<()> {
    lines.each(|user, line| match heirs.get(&user) {
        Some(heir) => writeln!(out, "{}", inherited(line, heir)?),
        None if gone.contains(&user) => Ok(()),
        None => out.write_all(line),
    })
}

/// Writes the identities to link, one line for each user who stays: a united user has those of all that it was made of.
pub(super) fn links(
    lines: Sidecar,
    gone: &BTreeSet<u64>,
    heirs: &HashMap<u64, Heir>,
    out: &mut impl Write,
) -> io::Result<()> {
    let mut united: BTreeMap<u64, Record> = BTreeMap::new();
    lines.each(|user, line| match heirs.get(&user) {
        Some(heir) => {
            let line = inherited(line, heir)?;
            match united.get_mut(&heir.first) {
                Some(first) => add_identities(first, &line),
                None => drop(united.insert(heir.first, line)),
            }
            Ok(())
        }
        None if gone.contains(&user) => Ok(()),
        None => out.write_all(line),
    })?;
    united.values().try_for_each(|line| writeln!(out, "{line}"))
}

/// A line that bears the names of the user who inherits it.
fn inherited(line: &[u8], heir: &Heir) -> io::Result<Record> {
    let mut line = spill::read(line).ok_or_else(|| io::Error::other("a line that was written is no JSON"))?;
    for (key, value) in [("user_id", &heir.user_id), ("email", &heir.email)] {
        if let Some(place) = line.members_mut().get_mut(key) {
            *place = named_alike(place, value);
        }
    }
    Ok(line)
}

fn add_identities(to: &mut Record, from: &Record) {
    let Some(more) = from.members().get("identities").and_then(Value::as_array) else { return };
    let Some(all) = to.members_mut().get_mut("identities").and_then(Value::as_array_mut) else { return };
    for identity in more {
        if !all.contains(identity) {
            all.push(identity.clone());
        }
    }
}

/// A new id is written as the one before it was, with `auth0|` or without.
fn named_alike(before: &Value, value: &Value) -> Value {
    match (before.as_str(), value.as_str()) {
        (Some(before), Some(id)) if before.starts_with("auth0|") => Value::from(format!("auth0|{id}")),
        _ => value.clone(),
    }
}
