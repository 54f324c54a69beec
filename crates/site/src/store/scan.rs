//! Many accounts: of a view, in an order, from a position on.

use std::ops::ControlFlow;

use rusqlite::{Connection, params_from_iter};
use serde::{Deserialize, Serialize};

use super::StoreError;

/// Which accounts a scan sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum View {
    /// Full accounts.
    Full,
    /// Lite accounts.
    Lite,
    /// Both.
    All,
    /// One row for each email, as `emailAccounts` has them: accounts with an email; a lite account beside a full one
    /// with the same email is part of its row ([`Row::twin`]).
    Emails,
}

/// The order of a scan. Ties are broken by the order in which the accounts came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Order {
    /// The order in which the accounts came.
    Stored,
    /// `createdTimestamp`.
    Created,
    /// `lastUpdatedTimestamp`.
    LastUpdated,
    /// `lastLoginTimestamp`; 0 for accounts that never logged in.
    LastLogin,
}

impl Order {
    fn column(self) -> &'static str {
        match self {
            Self::Stored => "pk",
            Self::Created => "created",
            Self::LastUpdated => "last_updated",
            Self::LastLogin => "last_login",
        }
    }
}

/// A place in a scan: the value of the order's column, and the account's key. It is good for the same view and order, and
/// stays good when accounts change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The value of the column.
    pub key: i64,
    /// The key of the account.
    pub pk: i64,
}

/// A scan over accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scan {
    /// Which accounts.
    pub view: View,
    /// In which order.
    pub order: Order,
    /// From the end.
    pub descending: bool,
    /// The smallest value of the order's column that is wanted, inclusive.
    pub from: i64,
    /// The largest, inclusive.
    pub to: i64,
    /// Start behind this position.
    pub after: Option<Position>,
}

/// An account in a scan.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// Where it is.
    pub position: Position,
    /// Its UID.
    pub uid: &'a str,
    /// Whether it is a lite account.
    pub lite: bool,
    /// In [`View::Emails`]: whether there is also an account of the other kind with this email.
    pub twin: bool,
    /// The account: a JSON object, as an export holds it.
    pub body: &'a str,
}

impl Scan {
    /// All accounts of a view in an order.
    #[must_use]
    pub fn new(view: View, order: Order) -> Self {
        Self { view, order, descending: false, from: i64::MIN, to: i64::MAX, after: None }
    }

    /// Shows the accounts one after the other until `visit` breaks off.
    ///
    /// # Errors
    /// What `visit` returned, or that the database failed.
    pub fn run<E: From<StoreError>>(
        &self,
        connection: &Connection,
        mut visit: impl FnMut(Row<'_>) -> Result<ControlFlow<()>, E>,
    ) -> Result<(), E> {
        let sql = format!(
            "SELECT {column}, pk, uid, lite, {twin}, body FROM accounts a WHERE {condition} \
             ORDER BY {column} {direction}, pk {direction}",
            column = self.order.column(),
            twin = if self.view == View::Emails { TWIN } else { "0" },
            condition = self.condition(),
            direction = if self.descending { "DESC" } else { "ASC" },
        );
        let mut statement = connection.prepare_cached(&sql).map_err(StoreError::from)?;
        let mut rows = statement.query(params_from_iter(self.bounds())).map_err(StoreError::from)?;
        while let Some(row) = rows.next().map_err(StoreError::from)? {
            let read = || -> rusqlite::Result<Row<'_>> {
                Ok(Row {
                    position: Position { key: row.get(0)?, pk: row.get(1)? },
                    uid: row.get_ref(2)?.as_str()?,
                    lite: row.get(3)?,
                    twin: row.get(4)?,
                    body: row.get_ref(5)?.as_str()?,
                })
            };
            if visit(read().map_err(StoreError::from)?)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    /// How many accounts there are from the position on.
    ///
    /// # Errors
    /// When the database fails.
    pub fn count(&self, connection: &Connection) -> Result<u64, StoreError> {
        let sql = format!("SELECT count(*) FROM accounts a WHERE {}", self.condition());
        let count: i64 =
            connection.prepare_cached(&sql)?.query_row(params_from_iter(self.bounds()), |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }

    /// The condition. It holds only the bounds that there are: SQLite counts by an index when it need not look at keys.
    fn condition(&self) -> String {
        let column = self.order.column();
        let mut condition = match self.view {
            View::Full => "lite = 0",
            View::Lite => "lite = 1",
            View::All => "1",
            View::Emails => EMAILS,
        }
        .to_owned();
        if self.is_bounded() {
            condition.push_str(&format!(" AND {column} BETWEEN ? AND ?"));
        }
        if self.after.is_some() {
            let sign = if self.descending { "<" } else { ">" };
            // The comparison of rows is what lets SQLite start in the middle of the index.
            condition.push_str(&format!(" AND ({column}, pk) {sign} (?, ?)"));
        }
        condition
    }

    /// What the condition asks for, in its order.
    fn bounds(&self) -> Vec<i64> {
        let mut bounds = Vec::new();
        if self.is_bounded() {
            bounds.extend([self.from, self.to]);
        }
        bounds.extend(self.after.iter().flat_map(|after| [after.key, after.pk]));
        bounds
    }

    fn is_bounded(&self) -> bool {
        (self.from, self.to) != (i64::MIN, i64::MAX)
    }
}

/// A lite account beside a full one with its email is part of that one's row.
const EMAILS: &str = "email IS NOT NULL AND NOT \
    (lite = 1 AND EXISTS (SELECT 1 FROM accounts b WHERE b.email = a.email AND b.lite = 0))";

const TWIN: &str = "EXISTS (SELECT 1 FROM accounts b WHERE b.email = a.email AND b.lite != a.lite)";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::store::{DATABASE, Store, TABLES, accounts};

    fn filled() -> (tempfile::TempDir, Store) {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join(DATABASE), TABLES).unwrap();
        let add = |uid: &str, lite: bool, updated: i64, email: &str| {
            let body = format!(
                r#"{{"UID":"{uid}","lastUpdatedTimestamp":{updated},"profile":{{"email":{email}}}}}"#
            );
            store.write_blocking(|tx| accounts::insert(tx, lite, &Document::parse(&body).unwrap())).unwrap();
        };
        add("a", false, 30, "\"a@x.example\"");
        add("b", false, 10, "null");
        add("c", true, 20, "\"C@x.example\"");
        add("d", true, 20, "\"A@x.example\"");
        add("e", false, 20, "\"e@x.example\"");
        (dir, store)
    }

    fn uids(store: &Store, scan: Scan, most: usize) -> (Vec<String>, Option<Position>) {
        let mut found = Vec::new();
        let mut last = None;
        store
            .read_blocking(|db| {
                scan.run(db, |row| -> Result<_, StoreError> {
                    if found.len() == most {
                        return Ok(ControlFlow::Break(()));
                    }
                    found.push(format!("{}{}", row.uid, if row.twin { "+" } else { "" }));
                    last = Some(row.position);
                    Ok(ControlFlow::Continue(()))
                })
            })
            .unwrap();
        (found, last)
    }

    #[test]
    fn views_orders_and_pages() {
        let (_dir, store) = filled();
        let all = |view, order| uids(&store, Scan::new(view, order), 9).0;
        assert_eq!(all(View::Full, Order::Stored), ["a", "b", "e"]);
        assert_eq!(all(View::Lite, Order::Stored), ["c", "d"]);
        assert_eq!(all(View::All, Order::LastUpdated), ["b", "c", "d", "e", "a"]);
        assert_eq!(all(View::Emails, Order::LastUpdated), ["c", "e", "a+"]);

        let mut scan = Scan::new(View::All, Order::LastUpdated);
        let (first, at) = uids(&store, scan, 2);
        scan.after = at;
        assert_eq!(
            (first, uids(&store, scan, 9).0),
            (vec!["b".into(), "c".into()], vec!["d".into(), "e".into(), "a".into()])
        );
        assert_eq!(store.read_blocking(|db| scan.count(db)).unwrap(), 3);

        let mut scan = Scan::new(View::All, Order::LastUpdated);
        scan.descending = true;
        (scan.from, scan.to) = (11, 20);
        assert_eq!(uids(&store, scan, 9).0, ["e", "d", "c"]);
    }

    #[test]
    fn a_page_starts_in_the_index_and_counts_read_no_accounts() {
        let (_dir, store) = filled();
        let plan = |sql: String, bounds: Vec<i64>| -> String {
            store
                .read_blocking(|db| -> Result<_, StoreError> {
                    let sql = format!("EXPLAIN QUERY PLAN {sql}");
                    Ok(db.query_row(&sql, params_from_iter(bounds), |row| row.get(3))?)
                })
                .unwrap()
        };
        let mut scan = Scan::new(View::Full, Order::LastUpdated);
        scan.after = Some(Position { key: 1, pk: 1 });
        let sql = format!("SELECT body FROM accounts a WHERE {} ORDER BY last_updated, pk", scan.condition());
        let page = plan(sql, scan.bounds());
        assert!(page.contains("SEARCH a USING INDEX accounts_last_updated"), "{page}");
        for order in [Order::Stored, Order::Created, Order::LastUpdated] {
            let scan = Scan::new(View::Full, order);
            let count =
                plan(format!("SELECT count(*) FROM accounts a WHERE {}", scan.condition()), scan.bounds());
            assert!(count.contains("COVERING INDEX"), "{count}");
        }
        let scan = Scan { from: 1, ..Scan::new(View::Full, Order::LastUpdated) };
        let count =
            plan(format!("SELECT count(*) FROM accounts a WHERE {}", scan.condition()), scan.bounds());
        assert!(count.contains("COVERING INDEX accounts_last_updated"), "{count}");
    }
}
