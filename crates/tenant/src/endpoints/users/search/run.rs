//! A query run: by look-ups where identifiers are named, by counting where nothing but a connection is, by going
//! through all users otherwise.

use std::collections::HashMap;

use rusqlite::{Connection, params};
use serde_json::{Map, Value};

use super::expression::{Expression, Test, compare};
use crate::store::{ConnectionRow, StoreError, UserRow, connections, users};
use crate::view;

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
    if let Some(keys) = by_identifiers(db, &all, wanted)? {
        let rows = keys.into_iter().filter_map(|pk| users::find_by_pk(db, pk).transpose());
        return gather(rows, &all, wanted, order, start, size);
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
        let total: i64 = db
            .prepare_cached("SELECT count(*) FROM users WHERE connection = ?1")?
            .query_row([connection.pk], |row| row.get(0))?;
        found.total += usize::try_from(total).unwrap_or_default();
    }
    let name = |row: &UserRow| inside.iter().find(|c| c.pk == row.connection).map_or("", |c| c.name.as_str());
    let bounds = (i64::try_from(size).unwrap_or(i64::MAX), i64::try_from(start).unwrap_or(i64::MAX));
    let clause = if everybody {
        "ORDER BY pk LIMIT ?1 OFFSET ?2"
    } else {
        "WHERE connection = ?3 ORDER BY pk LIMIT ?1 OFFSET ?2"
    };
    let mut statement = users::select(db, clause)?;
    if everybody {
        for row in statement.query_map(params![bounds.0, bounds.1], UserRow::read)? {
            let row = row?;
            found.users.push(view::user(&row, name(&row)));
        }
    } else if let Some(connection) = inside.first() {
        for row in statement.query_map(params![bounds.0, bounds.1, connection.pk], UserRow::read)? {
            found.users.push(view::user(&row?, &connection.name));
        }
    }
    Ok(found)
}

/// The keys of all users that can fit, when a part of the query that must hold names identifiers.
fn by_identifiers(
    db: &Connection,
    all: &[ConnectionRow],
    wanted: &Expression,
) -> Result<Option<Vec<i64>>, StoreError> {
    match wanted {
        Expression::All(parts) => {
            for part in parts {
                if let Some(keys) = by_identifiers(db, all, part)? {
                    return Ok(Some(keys));
                }
            }
            Ok(None)
        }
        Expression::Any(parts) => {
            let mut keys = Vec::new();
            for part in parts {
                match by_identifiers(db, all, part)? {
                    Some(found) => keys.extend(found),
                    None => return Ok(None),
                }
            }
            keys.sort_unstable();
            keys.dedup();
            Ok(Some(keys))
        }
        Expression::Field(field, Test::Is(value)) => {
            let mut keys = Vec::new();
            for connection in all {
                let of = connection.pk;
                keys.extend(match field.as_str() {
                    "email" => users::key_by_email(db, of, &value.to_lowercase())?,
                    "username" => users::key_by_username(db, of, &value.to_lowercase())?,
                    "phone_number" => users::key_by_phone(db, of, value)?,
                    "user_id" => match value.strip_prefix("auth0|") {
                        Some(id) => users::key_by_user_id(db, of, id)?,
                        None => None,
                    },
                    _ => return Ok(None),
                });
            }
            Ok(Some(keys))
        }
        _ => Ok(None),
    }
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
