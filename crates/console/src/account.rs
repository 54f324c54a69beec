//! One account of the source, to be looked at.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use engine::Failure;
use gigya::Search;
use migration::export::Query;
use migration::read::{ReadOptions, Stream};

use crate::memory::SourceChoice;
use crate::setup::Setup;
use crate::source;

/// Records among which a random one is taken, and the furthest that can be stepped to; a site counts no further either.
/// Source: SAP Help, accounts.search, `START`.
pub(crate) const REACH: u64 = 5_000;
/// Bytes of files that are looked through for an account.
const LOOKED_THROUGH: u64 = 4 << 30;

/// Which account is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Pick {
    /// By its place in the source, from 0.
    Nth(u64),
    /// By `UID`, or by an address of `profile.email` or `loginIDs.emails`.
    Named(String),
}

impl Pick {
    /// As a field of a form keeps it: a number for a place, anything else is a name.
    pub(crate) fn parse(text: &str) -> Self {
        match text.strip_prefix('#').and_then(|place| place.parse().ok()) {
            Some(place) => Self::Nth(place),
            None => Self::Named(text.trim().to_owned()),
        }
    }

    /// The other way round.
    pub(crate) fn key(&self) -> String {
        match self {
            Self::Nth(place) => format!("#{place}"),
            Self::Named(name) => name.clone(),
        }
    }
}

/// The account that was looked at last, since every key that is typed looks at it again.
#[derive(Debug, Default)]
pub(crate) struct AccountCache(Mutex<Option<(SourceChoice, Pick, String)>>);

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found {
    /// The JSON text of the account.
    Account(String),
    /// The source has none such; so many accounts were looked at, or can be stepped through.
    Nobody(u64),
}

/// Looks for an account. A record that cannot be read is none: the next that can be is taken.
pub(crate) async fn find(
    setup: &Setup,
    last: &AccountCache,
    source: &SourceChoice,
    pick: &Pick,
) -> Result<Found, Failure> {
    {
        let cached = last.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, by, text)) = &*cached
            && of == source
            && by == pick
        {
            return Ok(Found::Account(text.clone()));
        }
    }
    let found = match source::client(setup, source).await? {
        Some(client) => of_site(setup, &client, pick).await?,
        None => {
            let (files, _) = source::files(source).await?;
            let pick = pick.clone();
            tokio::task::spawn_blocking(move || in_files(files, &pick)).await.map_err(Failure::bug)??
        }
    };
    if let Found::Account(text) = &found {
        let mut cached = last.0.lock().unwrap_or_else(PoisonError::into_inner);
        *cached = Some((source.clone(), pick.clone(), text.clone()));
    }
    Ok(found)
}

async fn of_site(setup: &Setup, client: &gigya::Client, pick: &Pick) -> Result<Found, Failure> {
    // Members that the default mapping reads, so that a mapping in the making cannot break the query.
    let query = Query::of_mapping(&setup.mapping_text()).unwrap_or_default();
    let filter = match pick {
        Pick::Nth(place) => format!(" ORDER BY createdTimestamp START {} LIMIT 1", (*place).min(REACH - 1)),
        Pick::Named(name) if name.contains(['"', '\\', '\'']) => return Ok(Found::Nobody(0)),
        Pick::Named(name) => {
            let email = name.to_lowercase();
            format!(
                " WHERE UID = \"{name}\" OR profile.email = \"{email}\" OR loginIDs.emails = \"{email}\" LIMIT 1"
            )
        }
    };
    let search = Search::accounts(format!("SELECT {} FROM accounts{filter}", query.select()))
        .account_types(query.types());
    let failed = |error| Failure::stopped(format!("{} cannot be asked: {error}", client.address()));
    let page = client.page(&search).await.map_err(failed)?;
    if let Some(record) = page.record(0) {
        return Ok(Found::Account(String::from_utf8_lossy(&record).into_owned()));
    }
    let all = Search::accounts("SELECT count(*) FROM accounts").account_types(query.types());
    client.count(&all).await.map(Found::Nobody).map_err(failed)
}

fn in_files(files: Vec<PathBuf>, pick: &Pick) -> Result<Found, Failure> {
    let mut stream = Stream::new(files, ReadOptions::default());
    let (mut number, mut bytes) = (0, 0);
    while let Some(chunk) = stream.next_chunk().map_err(Failure::stopped)? {
        let mut found = None;
        // Only few chunks have the name in them at all.
        let skip = match pick {
            Pick::Named(name) => !holds(&chunk.bytes, name),
            Pick::Nth(_) => false,
        };
        if !skip {
            chunk.each_text(|text| {
                let here = match pick {
                    Pick::Nth(place) => number >= *place,
                    Pick::Named(name) => text.is_some_and(|text| is_named(text, name)),
                };
                number += 1;
                if here && found.is_none() {
                    found = text.map(str::to_owned);
                }
            });
        }
        if let Some(text) = found {
            return Ok(Found::Account(text));
        }
        bytes += chunk.bytes.len() as u64;
        if bytes > LOOKED_THROUGH {
            break;
        }
        stream.recycle(chunk.bytes);
    }
    Ok(Found::Nobody(number))
}

/// Whether a chunk may have the name in it. Addresses may be written in either case, so that they are looked for in every
/// chunk; a UID is not.
fn holds(bytes: &[u8], name: &str) -> bool {
    name.contains('@') || memchr::memmem::find(bytes, name.as_bytes()).is_some()
}

fn is_named(text: &str, name: &str) -> bool {
    // Few records have the name in them, and taking one apart takes longer than looking.
    if !text.contains(name) && !text.to_lowercase().contains(&name.to_lowercase()) {
        return false;
    }
    let Ok(account) = serde_json::from_str::<serde_json::Value>(text) else { return false };
    let is_email =
        |value: &serde_json::Value| value.as_str().is_some_and(|email| email.eq_ignore_ascii_case(name));
    let logins = &account["loginIDs"]["emails"];
    account["UID"] == name
        || is_email(&account["profile"]["email"])
        || is_email(logins)
        || logins.as_array().is_some_and(|emails| emails.iter().any(is_email))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_found_by_place_uid_and_address() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("accounts.ndjson");
        let line = |n: usize| {
            format!(
                "{{\"UID\":\"u{n}\",\"profile\":{{\"email\":\"P{n}@Example.com\"}},\"loginIDs\":{{\"emails\":[\"l{n}@example.com\"]}}}}\n"
            )
        };
        std::fs::write(&path, (0..9000).map(line).collect::<String>()).unwrap();
        let find = |pick: Pick| in_files(vec![path.clone()], &pick).unwrap();
        for n in [0, 1, 4000, 8999] {
            let expected = Found::Account(line(n).trim_end().to_owned());
            assert_eq!(find(Pick::Nth(n as u64)), expected);
            assert_eq!(find(Pick::Named(format!("u{n}"))), expected);
            assert_eq!(find(Pick::Named(format!("p{n}@example.com"))), expected);
            assert_eq!(find(Pick::Named(format!("L{n}@example.com"))), expected);
        }
        assert_eq!(find(Pick::Nth(9000)), Found::Nobody(9000));
        assert!(matches!(find(Pick::Named("u9000".to_owned())), Found::Nobody(_)));
    }

    #[test]
    fn a_pick_is_kept_in_a_form() {
        for pick in [Pick::Nth(7), Pick::Named("_guid_x".to_owned())] {
            assert_eq!(Pick::parse(&pick.key()), pick);
        }
    }
}
