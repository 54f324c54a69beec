//! Where the rows of a table come from.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use rusqlite::Connection;

use super::communications;
use super::email_accounts::EmailAccounts;
use crate::error::ApiError;
use crate::query::{Bounds, Plan};
use crate::store::{Order, Position, Row, Scan, View, accounts, audit, objects};

/// A table.
#[derive(Debug)]
pub(crate) enum Source {
    /// `FROM accounts`
    Accounts(View),
    /// `FROM emailAccounts`
    EmailAccounts(EmailAccounts),
    /// `FROM communications`: as many rows as an account has opted for.
    Communications(View),
    /// `FROM auditLog`
    AuditLog,
    /// The objects of a type of the data store.
    Objects(String),
}

/// The place of a row: the account, the entry of the log or the object, and which of its rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) at: Position,
    pub(super) row: usize,
}

/// The way through a table that serves a query best.
#[derive(Debug)]
pub(super) struct Way {
    /// Rows come in the order of the query.
    pub(super) ordered: bool,
    /// Every row on the way fits the condition.
    pub(super) exact: bool,
    /// Only these UIDs are looked at.
    uids: Option<BTreeSet<String>>,
    order: Order,
    descending: bool,
    within: Bounds,
}

/// Takes a row; breaks off when it has enough.
type Visit<'v> = &'v mut dyn FnMut(Place, &[u8]) -> Result<ControlFlow<()>, ApiError>;

impl Source {
    pub(super) fn is_email_accounts(&self) -> bool {
        matches!(self, Self::EmailAccounts(_))
    }

    /// The way that serves a query best.
    pub(super) fn way(&self, plan: &Plan) -> Way {
        let query = plan.query();
        let order = match query.order_by.as_slice() {
            [] => Some((Order::Stored, false)),
            [order] => self.column(order.path.as_str()).map(|column| (column, order.descending)),
            _ => None,
        };
        let (column, descending) = order.unwrap_or((Order::Stored, false));
        let mut way = Way {
            ordered: order.is_some(),
            exact: query.condition.is_none(),
            uids: None,
            order: column,
            descending,
            within: Bounds::OPEN,
        };
        if let Self::Accounts(_) | Self::EmailAccounts(_) = self {
            way.narrow(plan);
        }
        way
    }

    /// The column that an order by a field is the order of.
    fn column(&self, field: &str) -> Option<Order> {
        match (self, field) {
            (Self::AuditLog, "@timestamp") => Some(Order::Stored),
            (Self::AuditLog | Self::Communications(_) | Self::Objects(_), _) => None,
            (_, "created" | "createdTimestamp") => Some(Order::Created),
            (_, "lastUpdated" | "lastUpdatedTimestamp") => Some(Order::LastUpdated),
            (_, "lastLogin" | "lastLoginTimestamp") => Some(Order::LastLogin),
            _ => None,
        }
    }

    /// How many rows are on a way; None where only going through them tells.
    pub(super) fn count(&self, db: &Connection, way: &Way) -> Result<Option<u64>, ApiError> {
        match self.view() {
            Some(view) if way.uids.is_none() && !matches!(self, Self::Communications(_)) => {
                Ok(Some(way.scan(view, None).count(db)?))
            }
            _ => Ok(None),
        }
    }

    /// Shows the rows on a way, from behind a place.
    pub(super) fn walk(
        &self,
        db: &Connection,
        way: &Way,
        after: Option<Place>,
        visit: Visit<'_>,
    ) -> Result<(), ApiError> {
        if let Some(uids) = &way.uids {
            return self.of_uids(db, uids, visit);
        }
        let Some(view) = self.view() else {
            let after = after.map(|place| place.at);
            return self.documents(db, way.descending, after, visit);
        };
        if let (Self::Communications(_), Some(place)) = (self, after) {
            let mut done = false;
            self.at(db, place.at, &mut |other, row| {
                let flow = if other.row > place.row { visit(other, row)? } else { ControlFlow::Continue(()) };
                done |= flow.is_break();
                Ok(flow)
            })?;
            if done {
                return Ok(());
            }
        }
        way.scan(view, after.map(|place| place.at)).run(db, |row| self.rows(row, visit))
    }

    /// Shows the rows of a table that is not made of accounts.
    fn documents(
        &self,
        db: &Connection,
        descending: bool,
        after: Option<Position>,
        visit: Visit<'_>,
    ) -> Result<(), ApiError> {
        let visit = |at, body: &str| visit(Place { at, row: 0 }, body.as_bytes());
        match self {
            Self::Objects(kind) => objects::scan(db, kind, descending, after, visit),
            _ => audit::scan(db, descending, after, visit),
        }
    }

    /// Shows the rows of one account, or one entry of the log, or one object.
    pub(super) fn at(&self, db: &Connection, at: Position, visit: Visit<'_>) -> Result<(), ApiError> {
        let Some(view) = self.view() else {
            let before = Position { pk: at.pk - 1, ..at };
            return self.documents(db, false, Some(before), &mut |found, body| {
                if found.at != at {
                    return Ok(ControlFlow::Break(()));
                }
                visit(found, body).map(|_| ControlFlow::Break(()))
            });
        };
        let scan = Scan { from: at.pk, to: at.pk, ..Scan::new(view, Order::Stored) };
        scan.run(db, |row| self.rows(Row { position: at, ..row }, visit))
    }

    fn of_uids(&self, db: &Connection, uids: &BTreeSet<String>, visit: Visit<'_>) -> Result<(), ApiError> {
        let mut pks = Vec::new();
        for uid in uids {
            pks.extend(accounts::by_uid(db, uid)?.map(|account| account.pk));
        }
        pks.sort_unstable();
        let mut done = false;
        for pk in pks {
            self.at(db, Position { key: pk, pk }, &mut |place, row| {
                let flow = visit(place, row)?;
                done |= flow.is_break();
                Ok(flow)
            })?;
            if done {
                break;
            }
        }
        Ok(())
    }

    /// Shows the rows that an account has in this table.
    fn rows(&self, account: Row<'_>, visit: Visit<'_>) -> Result<ControlFlow<()>, ApiError> {
        let at = account.position;
        match self {
            Self::Accounts(_) => visit(Place { at, row: 0 }, account.body.as_bytes()),
            Self::EmailAccounts(table) => visit(Place { at, row: 0 }, &table.row(&account)?),
            Self::Communications(_) => {
                for (row, text) in communications::rows(&account)?.into_iter().enumerate() {
                    if visit(Place { at, row }, text.as_bytes())?.is_break() {
                        return Ok(ControlFlow::Break(()));
                    }
                }
                Ok(ControlFlow::Continue(()))
            }
            Self::AuditLog | Self::Objects(_) => Ok(ControlFlow::Break(())),
        }
    }

    /// The accounts that the table is made of; None for the log and the data store.
    fn view(&self) -> Option<View> {
        match self {
            Self::Accounts(view) | Self::Communications(view) => Some(*view),
            Self::EmailAccounts(_) => Some(View::Emails),
            Self::AuditLog | Self::Objects(_) => None,
        }
    }
}

impl Way {
    /// Uses what an index can tell about the condition. UIDs leave the least to look at; a range of the column that gives
    /// the order comes next; where no order is asked for, that of a range is as good as any.
    fn narrow(&mut self, plan: &Plan) {
        let seek = plan.seek();
        if seek.uids.is_some() {
            self.ordered = false;
            self.uids = seek.uids;
            return;
        }
        if self.order == Order::Stored && !(seek.last_updated.is_open() && seek.created.is_open()) {
            self.order = if seek.last_updated.is_open() { Order::Created } else { Order::LastUpdated };
        }
        let (used, other) = match self.order {
            Order::LastUpdated => (seek.last_updated, seek.created),
            Order::Created => (seek.created, seek.last_updated),
            Order::Stored | Order::LastLogin => {
                self.exact = seek.exact && seek.last_updated.is_open() && seek.created.is_open();
                return;
            }
        };
        self.within = used;
        self.exact = seek.exact && other.is_open();
    }

    fn scan(&self, view: View, after: Option<Position>) -> Scan {
        let (from, to) = (self.within.low, self.within.high);
        Scan { view, order: self.order, descending: self.descending, from, to, after }
    }
}
