//! Reading accounts to the end, through cursors that expire.
//!
//! A cursor lives 300 seconds after the last call, and a flow may take longer over a page. Accounts are read in the order of
//! `createdTimestamp`, which never changes, so that a new cursor goes on where the last one ended: at the time of the last
//! account that was given. Accounts of that very time are known by their UID, and so are those without a time, wherever the
//! site puts them in that order.

use std::collections::HashSet;

use gigya::{Client, Error, Search};

use super::pages::Query;
use crate::component::{Built, step};
use crate::fault::Fault;
use crate::log::Level;
use crate::site::fault;
use record::{Path, Record, View};

/// The members by which accounts are told apart and put in order.
const UID: &str = "UID";
const CREATED: &str = "createdTimestamp";

/// Cursors in a row that may expire without having given anything.
const MAX_STUCK: u32 = 5;

/// Which accounts, and how.
#[derive(Debug)]
pub(super) struct Accounts {
    pub(super) select: String,
    pub(super) from: String,
    /// What has to hold; empty texts say nothing.
    pub(super) conditions: Vec<String>,
    /// Which kinds of accounts, where that is said.
    pub(super) types: Option<String>,
    /// Accounts in a page, and at most in all.
    pub(super) batch: Option<u64>,
    pub(super) limit: Option<u64>,
    /// Pages that are fetched ahead.
    pub(super) prefetch: usize,
}

impl Accounts {
    /// A step that reads them all. `change` may do something to each record.
    pub(super) fn read(
        mut self,
        client: Result<Client, String>,
        change: impl Fn(&mut Record) + Send + 'static,
    ) -> Built {
        // Sums and counts have no order and no end to come to.
        let in_order = !self.select.contains('(');
        let added = if in_order { self.add() } else { Vec::new() };
        step(move |_, mut output| async move {
            let client = client.map_err(Fault::lasting)?;
            let mut mark = Mark::default();
            let mut stuck = 0;
            'cursor: loop {
                let mut pages = client.pages(self.search(&mark, in_order));
                while let Some(page) = pages.next().await {
                    let page = match page {
                        Ok(page) => page,
                        Err(Error::CursorExpired { .. }) if in_order && stuck < MAX_STUCK => {
                            stuck += 1;
                            let text = "the cursor has expired; a new one goes on where it was";
                            output.say(Level::Info, text);
                            continue 'cursor;
                        }
                        Err(error) => return Err(fault(&error)),
                    };
                    for text in page.records() {
                        let mut record = Record::from_json_bytes(text).map_err(|error| {
                            Fault::lasting(format!("the site gave a record that is none: {error}"))
                        })?;
                        if in_order && !mark.is_new(&record) {
                            continue;
                        }
                        stuck = 0;
                        for path in &added {
                            record.remove(path);
                        }
                        change(&mut record);
                        output.give(record).await?;
                    }
                    output.flush().await?;
                }
                return Ok(());
            }
        })
    }

    /// Selects what tells accounts apart, where it is not selected; gives what was added.
    fn add(&mut self) -> Vec<Path> {
        let named: HashSet<&str> = self.select.split(',').map(str::trim).collect();
        let missing: Vec<&str> =
            [UID, CREATED].into_iter().filter(|name| !named.contains(name) && !named.contains("*")).collect();
        for name in &missing {
            self.select = format!("{}, {name}", self.select.trim());
        }
        missing.into_iter().map(Path::name).collect()
    }

    fn search(&self, mark: &Mark, in_order: bool) -> Search {
        let mut conditions = self.conditions.clone();
        if let Some(time) = mark.time {
            conditions.push(format!("{CREATED} >= {time} OR {CREATED} IS NULL"));
        }
        let order = if in_order { CREATED } else { "" };
        let query = Query { select: &self.select, from: &self.from, conditions, order };
        let search = Search::accounts(query.text(self.batch, self.limit)).prefetch(self.prefetch);
        match &self.types {
            Some(types) => search.account_types(types),
            None => search,
        }
    }
}

/// How far the reading is.
#[derive(Debug, Default)]
struct Mark {
    /// The time at which the last account was made: epoch milliseconds.
    time: Option<i64>,
    /// The accounts of that time.
    seen: HashSet<String>,
    /// The accounts without a time.
    untold: HashSet<String>,
}

impl Mark {
    /// Whether an account was not given before; moves the mark to it.
    fn is_new(&mut self, record: &Record) -> bool {
        let key = match record.members().get(UID).map(|uid| uid.view()) {
            Some(View::Text(uid)) => uid.to_owned(),
            _ => record.to_string(),
        };
        let time = match record.members().get(CREATED).map(|time| time.view()) {
            Some(View::Number(digits)) => digits.parse::<i64>().ok(),
            _ => None,
        };
        let Some(time) = time else { return self.untold.insert(key) };
        if self.time.is_none_or(|mark| mark < time) {
            self.time = Some(time);
            self.seen.clear();
        }
        self.time != Some(time) || self.seen.insert(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_knows_the_accounts_of_its_own_time() {
        let mut mark = Mark::default();
        let mut is_new = |json: &str| mark.is_new(&Record::from_json(json).unwrap());
        assert!(is_new(r#"{"UID":"a","createdTimestamp":1}"#));
        assert!(is_new(r#"{"UID":"b","createdTimestamp":1}"#));
        assert!(!is_new(r#"{"UID":"a","createdTimestamp":1}"#));
        assert!(is_new(r#"{"UID":"n"}"#));
        assert!(is_new(r#"{"UID":"c","createdTimestamp":2}"#));
        assert!(!is_new(r#"{"UID":"n"}"#), "one without a time comes again with each cursor");
        assert!(!is_new(r#"{"UID":"c","createdTimestamp":2}"#));
        assert_eq!(mark.time, Some(2));
    }

    #[test]
    fn what_is_selected_besides_is_known() {
        let accounts = |select: &str| Accounts {
            select: select.to_owned(),
            from: "accounts".to_owned(),
            conditions: Vec::new(),
            types: None,
            batch: None,
            limit: None,
            prefetch: 1,
        };
        for (select, all, added) in [
            ("*", "*", 0),
            ("UID as id", "UID as id, UID, createdTimestamp", 2),
            ("profile , UID,createdTimestamp", "profile , UID,createdTimestamp", 0),
        ] {
            let mut accounts = accounts(select);
            assert_eq!((accounts.add().len(), accounts.select.as_str()), (added, all));
        }
    }
}
