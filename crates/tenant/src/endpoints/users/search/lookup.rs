//! The users that a query can mean, by the indexes: identifiers, and the index of names.

use rusqlite::Connection;

use super::expression::{Expression, Test};
use crate::store::{ConnectionRow, StoreError, names, users};

/// What the indexes say of a query.
#[derive(Debug, Default)]
pub(super) struct Reach {
    /// Keys of users, in the order in which they came in; whoever fits the query is among them.
    pub(super) keys: Vec<i64>,
    /// Whether all of them fit.
    pub(super) exact: bool,
}

/// Whether a query looks at the index of names.
pub(in super::super) fn asks_for_names(wanted: &Expression) -> bool {
    match wanted {
        Expression::Everybody => false,
        Expression::All(parts) | Expression::Any(parts) => parts.iter().any(asks_for_names),
        Expression::Not(part) => asks_for_names(part),
        Expression::Field(field, test) => {
            names::FIELDS.contains(&field.as_str()) && matches!(test, Test::Is(_) | Test::StartsWith(_))
        }
    }
}

/// The users that a query can mean, among those of some connections; None when no index helps.
pub(super) fn reach(
    db: &Connection,
    inside: &[&ConnectionRow],
    wanted: &Expression,
) -> Result<Option<Reach>, StoreError> {
    let mut reach = match wanted {
        Expression::All(parts) => return all(db, inside, parts),
        Expression::Any(parts) => {
            let mut sum = Reach { keys: Vec::new(), exact: true };
            for part in parts {
                let Some(one) = self::reach(db, inside, part)? else { return Ok(None) };
                sum.keys.extend(one.keys);
                sum.exact &= one.exact;
            }
            sum
        }
        Expression::Field(field, test) => match field_keys(db, inside, field, test)? {
            Some(keys) => Reach { keys, exact: true },
            None => return Ok(None),
        },
        Expression::Everybody | Expression::Not(_) => return Ok(None),
    };
    reach.keys.sort_unstable();
    reach.keys.dedup();
    Ok(Some(reach))
}

/// Parts that name a connection narrow where the others are looked for; one other part that an index knows is enough.
fn all(
    db: &Connection,
    inside: &[&ConnectionRow],
    parts: &[Expression],
) -> Result<Option<Reach>, StoreError> {
    let mut inside = inside.to_vec();
    let mut rest = Vec::with_capacity(parts.len());
    for part in parts {
        match part {
            Expression::Field(field, Test::Is(name)) if field == "identities.connection" => {
                inside.retain(|connection| connection.name.eq_ignore_ascii_case(name));
            }
            other => rest.push(other),
        }
    }
    for part in &rest {
        if let Some(reach) = reach(db, &inside, part)? {
            return Ok(Some(Reach { exact: reach.exact && rest.len() == 1, ..reach }));
        }
    }
    Ok(None)
}

fn field_keys(
    db: &Connection,
    inside: &[&ConnectionRow],
    field: &str,
    test: &Test,
) -> Result<Option<Vec<i64>>, StoreError> {
    let (value, prefix) = match test {
        Test::Is(value) => (value, false),
        Test::StartsWith(value) => (value, true),
        Test::Exists | Test::Between { .. } => return Ok(None),
    };
    let lower = value.to_lowercase();
    let mut keys = Vec::new();
    for connection in inside {
        let of = connection.pk;
        match (field, prefix) {
            ("email", false) => keys.extend(users::key_by_email(db, of, &lower)?),
            ("email", true) => keys.extend(users::keys_by_email_prefix(db, of, &lower)?),
            ("username", false) => keys.extend(users::key_by_username(db, of, &lower)?),
            ("username", true) => keys.extend(users::keys_by_username_prefix(db, of, &lower)?),
            ("phone_number", false) => keys.extend(users::key_by_phone(db, of, value)?),
            ("user_id", false) => {
                if let Some(id) = value.strip_prefix("auth0|") {
                    keys.extend(users::key_by_user_id(db, of, id)?);
                }
            }
            (name, _) if names::FIELDS.contains(&name) => {
                keys.extend(names::find(db, of, name, &lower, prefix)?);
            }
            _ => return Ok(None),
        }
    }
    Ok(Some(keys))
}
