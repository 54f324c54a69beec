//! A query run: by look-ups where identifiers are named, by counting where nothing but a connection is, by going
//! through all users otherwise.

use std::collections::HashMap;

use rusqlite::{Connection, params};
use serde_json::{Map, Value};

use super::expression::{Expression, Test, compare};
use super::lookup;
use crate::store::{ConnectionRow, StoreError, UserRow, connections, users};
use crate::view;

/// One user in so many is a good part.
const GOOD_PART: usize = 8;

/// What a search found.
#[derive(Debug, Default)]
pub(in super::super) struct Found {
    /// The users of the page, as they are shown.
    pub(in super::super) users: Vec<Map<String, Value>>,
    /// How many fit in all.
    pub(in super::super) total: usize,
}

/// `sort=field:1` or `sort=field:-1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Order {
    field: String,
    descending: bool,
}

impl Order {
    /// Reads `sort`: `Some(None)` when there is none, None when it is broken.
    #[expect(clippy::option_option, reason = "absent and broken are two things")]
    pub(in super::super) fn parse(text: Option<&str>) -> Option<Option<Self>> {
        let Some(text) = text.filter(|text| !text.is_empty()) else { return Some(None) };
        let (field, direction) = text.rsplit_once(':')?;
        let descending = match direction {
            "1" | "+1" => false,
            "-1" => true,
            _ => return None,
        };
        Some(Some(Self { field: field.to_owned(), descending }))
    }
}

/// Runs a query: the users from `start` on, `size` at most, in the order wanted, else in the order they came in.
///
/// # Errors
/// When the database fails.
pub(in super::super) fn run(
    db: &Connection,
    wanted: &Expression,
    order: Option<&Order>,
    start: usize,
    size: usize,
) -> Result<Found, StoreError> {
    let all = connections::all(db)?;
    if let Some(reach) = lookup::reach(db, &all.iter().collect::<Vec<_>>(), wanted)? {
        let row = |pk: &i64| users::find_by_pk(db, *pk).transpose();
        if reach.exact && order.is_none() {
            // Everybody fits: nobody but those of the page is read.
            let total = reach.keys.len();
            let page = reach.keys.iter().skip(start).take(size).filter_map(row);
            let found = gather(page, &all, &Expression::Everybody, None, 0, size)?;
            return Ok(Found { total, ..found });
        }
        return gather(reach.keys.iter().filter_map(row), &all, wanted, order, start, size);
    }
    let names = of_one_connection(wanted);
    let inside: Vec<&ConnectionRow> = all
        .iter()
        .filter(|connection| names.is_none_or(|name| connection.name.eq_ignore_ascii_case(name)))
        .collect();
    if order.is_none() && (*wanted == Expression::Everybody || names.is_some()) {
        return counted(db, &inside, names.is_none(), start, size);
    }
    let mut statement = users::select(db, "ORDER BY pk")?;
    let rows = statement.query_map([], UserRow::read)?;
    gather(rows.map(|row| row.map_err(StoreError::from)), &all, wanted, order, start, size)
}

/// The name when the query asks for the users of one connection and nothing else.
fn of_one_connection(wanted: &Expression) -> Option<&str> {
    match wanted {
        Expression::Field(field, Test::Is(name)) if field == "identities.connection" => Some(name),
        _ => None,
    }
}

/// A page of whole connections: nothing but the page is read.
fn counted(
    db: &Connection,
    inside: &[&ConnectionRow],
    everybody: bool,
    start: usize,
    size: usize,
) -> Result<Found, StoreError> {
    let mut found = Found::default();
    for connection in inside {
        found.total += usize::try_from(users::count(db, connection.pk)?).unwrap_or_default();
    }
    let name = |row: &UserRow| inside.iter().find(|c| c.pk == row.connection).map_or("", |c| c.name.as_str());
    let bounds = (i64::try_from(size).unwrap_or(i64::MAX), i64::try_from(start).unwrap_or(i64::MAX));
    if everybody {
        let mut statement = users::select(db, "ORDER BY pk LIMIT ?1 OFFSET ?2")?;
        for row in statement.query_map(params![bounds.0, bounds.1], UserRow::read)? {
            let row = row?;
            found.users.push(view::user(&row, name(&row)));
        }
    } else if let Some(connection) = inside.first() {
        let mut statement = users::select(db, of_a_connection(db, found.total)?)?;
        for row in statement.query_map(params![bounds.0, bounds.1, connection.pk], UserRow::read)? {
            found.users.push(view::user(&row?, &connection.name));
        }
    }
    Ok(found)
}

/// The way to a page of a connection with so many users. Where it has a good part of all users, they are met soon in the
/// order of keys (the plus keeps SQLite from its index); a small one's are collected and sorted.
fn of_a_connection(db: &Connection, users: usize) -> Result<&'static str, StoreError> {
    let last: Option<i64> =
        db.prepare_cached("SELECT max(pk) FROM users")?.query_row([], |row| row.get(0))?;
    let everybody = usize::try_from(last.unwrap_or(0)).unwrap_or_default();
    Ok(if users >= everybody / GOOD_PART {
        "WHERE +connection = ?3 ORDER BY pk LIMIT ?1 OFFSET ?2"
    } else {
        "WHERE connection = ?3 ORDER BY pk LIMIT ?1 OFFSET ?2"
    })
}

/// Goes through users and keeps the page.
fn gather(
    rows: impl Iterator<Item = Result<UserRow, StoreError>>,
    all: &[ConnectionRow],
    wanted: &Expression,
    order: Option<&Order>,
    start: usize,
    size: usize,
) -> Result<Found, StoreError> {
    let names: HashMap<i64, &str> =
        all.iter().map(|connection| (connection.pk, connection.name.as_str())).collect();
    let mut found = Found::default();
    for row in rows {
        let row = row?;
        let Some(name) = names.get(&row.connection) else { continue };
        let shown = view::user(&row, name);
        if !wanted.fits(&shown) {
            continue;
        }
        let on_page = found.total >= start && found.total < start + size;
        found.total += 1;
        if on_page || order.is_some() {
            found.users.push(shown);
        }
    }
    if let Some(order) = order {
        found.users.sort_by(|one, other| {
            let ordering = compare(&text(one, &order.field), &text(other, &order.field));
            if order.descending { ordering.reverse() } else { ordering }
        });
        found.users = found.users.into_iter().skip(start).take(size).collect();
    }
    Ok(found)
}

fn text(user: &Map<String, Value>, field: &str) -> String {
    let mut path = field.split('.');
    let mut value = path.next().and_then(|name| user.get(name));
    for name in path {
        value = value.and_then(|value| value.get(name));
    }
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Origin, open};

    #[test]
    fn pages_of_a_large_and_of_a_small_connection_are_in_the_order_in_which_users_came() {
        let dir = tempfile::tempdir().unwrap();
        let store = open(dir.path()).unwrap();
        let connection = |name: &str| ConnectionRow {
            pk: 0,
            id: format!("con_{name}"),
            name: name.to_owned(),
            strategy: "auth0".to_owned(),
            options: Map::new(),
            rest: Map::new(),
            created_at: 0,
        };
        let fill = |tx: &rusqlite::Transaction<'_>| -> Result<(), StoreError> {
            let large = connections::insert(tx, &connection("large"))?;
            let small = connections::insert(tx, &connection("small"))?;
            for number in (0..100).rev() {
                let of = if number % 20 == 0 { small } else { large };
                users::insert(tx, &UserRow::new(of, format!("u{number:02}"), 0, Origin::Import))?;
            }
            Ok(())
        };
        store.write_blocking(fill).unwrap();
        let page = |name: &str, start: usize| -> (Vec<String>, usize) {
            let wanted = Expression::connection(name);
            let found = store.read_blocking(|db| run(db, &wanted, None, start, 3)).unwrap();
            (found.users.iter().map(|user| text(user, "user_id")).collect(), found.total)
        };
        let ids = |ids: [&str; 3]| ids.map(|id| format!("auth0|{id}")).to_vec();
        assert_eq!(page("large", 0), (ids(["u99", "u98", "u97"]), 95));
        assert_eq!(page("large", 19), (ids(["u79", "u78", "u77"]), 95));
        assert_eq!(page("small", 0), (ids(["u80", "u60", "u40"]), 5));
        assert_eq!(page("small", 3).0, ids(["u20", "u00", ""])[..2].to_vec());
    }
}
