//! Passwords that a search does not give. Whether it does is a right of the application's permission group, and the
//! documentation disagrees with itself; `getAccountInfo` gives them where searches do not.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use gigya::{Client, Page};
use rusqlite::params;

use super::ExportError;
use super::record::{Record, Told};
use super::state::State;

/// The part of an account that is asked for. The search has given the others, and more of them: some members of a profile
/// come only when they are named. Source: SAP Help, accounts.getAccountInfo.
const INCLUDE: &str = "password";

/// Accounts that are asked for side by side; each is another UID, of which a site takes five calls at once.
const SIDE_BY_SIDE: usize = 8;

/// What was asked and found.
#[derive(Debug, Default)]
pub(super) struct Passwords {
    asked: AtomicU64,
    /// A search has given one: it may, and accounts without one have none.
    given: AtomicBool,
}

impl Passwords {
    /// Accounts that were asked for one by one.
    pub(super) fn asked(&self) -> u64 {
        self.asked.load(Ordering::Relaxed)
    }

    /// The records of a page, each with its password if there is one. Who is stored already as he is comes without: his
    /// record will not be stored.
    pub(super) async fn complete(
        &self,
        client: &Client,
        state: &State,
        page: &Page,
    ) -> Result<Vec<Record>, ExportError> {
        let mut records: Vec<(Record, Told)> =
            (0..page.len()).filter_map(|index| page.record(index)).map(Record::of).collect();
        if records.iter().any(|(_, told)| *told == Told::Password) {
            self.given.store(true, Ordering::Relaxed);
        }
        if !self.given.load(Ordering::Relaxed) {
            let asked = records.iter_mut().filter(|(_, told)| matches!(told, Told::Missing(_)));
            state.spare(asked.map(|(record, told)| (&*record, told)))?;
        }
        stream::iter(records.into_iter().map(|(record, told)| self.one(client, record, told)))
            .buffered(SIDE_BY_SIDE)
            .try_collect()
            .await
    }

    async fn one(&self, client: &Client, record: Record, told: Told) -> Result<Record, ExportError> {
        let Told::Missing(uid) = told else { return Ok(record) };
        if self.given.load(Ordering::Relaxed) {
            return Ok(record);
        }
        self.asked.fetch_add(1, Ordering::Relaxed);
        let Some(account) = client.account_info(&uid, INCLUDE).await? else {
            return Ok(Record { gone: true, ..record });
        };
        let (full, told) = Record::of(account);
        if told != Told::Password || full.key != record.key {
            return Ok(record);
        }
        Ok(record.with_password(&full))
    }
}

impl State {
    /// Nothing is missing of accounts that are stored as they are.
    fn spare<'r>(
        &self,
        records: impl Iterator<Item = (&'r Record, &'r mut Told)>,
    ) -> Result<(), ExportError> {
        let inner = self.lock();
        let mut find = inner
            .connection
            .prepare_cached("SELECT 1 FROM accounts WHERE key = ?1 AND updated >= ?2")
            .map_err(self.sqlite())?;
        for (record, told) in records {
            if find.exists(params![record.key, record.updated]).map_err(self.sqlite())? {
                *told = Told::None;
            }
        }
        Ok(())
    }
}
