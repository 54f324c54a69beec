//! Reading users back from the tenant: in batches by search, and one by one where a search cannot be trusted.
//!
//! A search asks for up to a hundred users at once (`user_id:("auth0|a" OR ...)`), so a run of 200,000 users that are
//! all there needs 2,000 requests and not 200,000. Auth0's search is eventually consistent: who is not found by it, or
//! found different, is read again by id and by email, which is consistent.

use std::collections::HashMap;

use auth0::{Client, Error, SEARCH_PAGE, any_of};
use serde_json::{Map, Value};

use super::{FoundUser, SentUser, differences};
use crate::step::Found;

type User = Map<String, Value>;

/// Bytes of a query before percent-encoding; encoded it stays below 8 KiB, which proxies take for a request line.
const MAX_QUERY: usize = 4_500;

/// Looks for each user (index in the part, user as sent) in a connection and compares.
///
/// # Errors
/// As any call. A user for whom the tenant could not be asked is never called absent.
pub async fn read_back(
    client: &Client,
    connection: &str,
    sent: &[SentUser],
) -> Result<Vec<FoundUser>, Error> {
    let mut found = Vec::with_capacity(sent.len());
    let mut unclear: Vec<&SentUser> = Vec::new();

    let by_id =
        search(client, connection, "user_id", sent.iter().filter_map(|(_, user)| full_id(user))).await?;
    for entry in sent {
        match full_id(&entry.1).and_then(|id| by_id.get(&id)) {
            Some(stored) if differences(&entry.1, stored).is_empty() => {
                found.push((entry.0, Found::Equal { created: created(stored) }));
            }
            _ => unclear.push(entry),
        }
    }
    // Who has an id but was not found by it may have left the address to somebody else.
    let missing = unclear.iter().filter(|(_, user)| full_id(user).is_none_or(|id| !by_id.contains_key(&id)));
    let emails = missing.filter_map(|(_, user)| text(user, "email").map(str::to_lowercase));
    let by_email = search(client, connection, "email", emails).await?;
    for (index, user) in unclear {
        found.push((*index, one(client, connection, user, &by_email).await?));
    }
    Ok(found)
}

/// One user, by consistent reads where the searches did not settle it.
async fn one(
    client: &Client,
    connection: &str,
    user: &User,
    by_email: &HashMap<String, User>,
) -> Result<Found, Error> {
    let id = full_id(user);
    if let Some(id) = &id
        && let Some(stored) = client.user(id).await?.filter(|stored| belongs(stored, connection))
    {
        return Ok(judge(user, &stored));
    }
    if let Some(email) = text(user, "email") {
        let stored = match by_email.get(&email.to_lowercase()) {
            Some(stored) if id.is_some() => Some(stored.clone()),
            _ => client.users_by_email(email).await?.into_iter().find(|stored| belongs(stored, connection)),
        };
        if let Some(stored) = stored {
            return Ok(holder(user, id.as_deref(), &stored));
        }
    }
    for member in ["username", "phone_number"] {
        if let Some(value) = text(user, member) {
            let query = in_connection(connection, member, &[value]);
            let stored = client.search_users(&query, 0).await?;
            if let Some(stored) = stored.into_iter().find(|stored| belongs(stored, connection)) {
                return Ok(holder(user, id.as_deref(), &stored));
            }
        }
    }
    Ok(Found::Absent)
}

/// Somebody holds an identifier of the user: the same person when no id was sent or the ids agree.
fn holder(user: &User, id: Option<&str>, stored: &User) -> Found {
    match id {
        Some(id) if text(stored, "user_id") != Some(id) => Found::Taken { created: created(stored) },
        _ => judge(user, stored),
    }
}

fn judge(user: &User, stored: &User) -> Found {
    let different = differences(user, stored);
    if different.is_empty() {
        return Found::Equal { created: created(stored) };
    }
    Found::Different { created: created(stored), fields: different.join(", ") }
}

/// Users by the searched value (ids as they are, other values in lower case).
async fn search(
    client: &Client,
    connection: &str,
    field: &'static str,
    values: impl Iterator<Item = String>,
) -> Result<HashMap<String, User>, Error> {
    let values: Vec<String> = values.collect();
    let mut found = HashMap::with_capacity(values.len());
    for batch in batches(&values) {
        let query = in_connection(connection, field, batch);
        for user in client.search_users(&query, 0).await? {
            if let Some(value) = text(&user, field)
                && belongs(&user, connection)
            {
                let value = if field == "user_id" { value.to_owned() } else { value.to_lowercase() };
                found.insert(value, user);
            }
        }
    }
    Ok(found)
}

fn batches(values: &[String]) -> Vec<&[String]> {
    let mut batches = Vec::new();
    let (mut start, mut bytes) = (0, 0);
    for (index, value) in values.iter().enumerate() {
        // Quotes, ` OR ` and the percent-encoding of quotes, spaces and `|` are reckoned with eight bytes.
        let more = value.len() + 8;
        if index > start && (index - start == SEARCH_PAGE || bytes + more > MAX_QUERY) {
            batches.push(&values[start..index]);
            (start, bytes) = (index, 0);
        }
        bytes += more;
    }
    if start < values.len() {
        batches.push(&values[start..]);
    }
    batches
}

fn in_connection(connection: &str, field: &str, values: &[impl AsRef<str>]) -> String {
    let values: Vec<&str> = values.iter().map(AsRef::as_ref).collect();
    format!("{} AND {}", any_of(field, &values), any_of("identities.connection", &[connection]))
}

/// The id that Auth0 gives the user.
fn full_id(user: &User) -> Option<String> {
    text(user, "user_id").map(|id| format!("auth0|{id}"))
}

fn text<'u>(user: &'u User, member: &str) -> Option<&'u str> {
    user.get(member).and_then(Value::as_str)
}

fn belongs(user: &User, connection: &str) -> bool {
    user.get("identities").and_then(Value::as_array).is_some_and(|identities| {
        identities
            .iter()
            .any(|identity| identity.get("connection").and_then(Value::as_str) == Some(connection))
    })
}

/// When the user was created, epoch milliseconds; long ago when the tenant does not say.
fn created(user: &User) -> i64 {
    text(user, "created_at")
        .and_then(|at| at.parse::<jiff::Timestamp>().ok())
        .map_or(0, |at| at.as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_hold_every_value_once_within_both_limits() {
        for (count, len) in [(0, 5), (1, 10_000), (100, 5), (101, 5), (250, 5), (300, 40), (7, 3_000)] {
            let values: Vec<String> = (0..count).map(|index| format!("{index:0len$}")).collect();
            let batches = batches(&values);
            assert_eq!(batches.concat(), values);
            for batch in batches {
                let bytes: usize = batch.iter().map(|value| value.len() + 8).sum();
                assert!(
                    !batch.is_empty()
                        && batch.len() <= SEARCH_PAGE
                        && (bytes <= MAX_QUERY || batch.len() == 1)
                );
            }
        }
    }

    #[test]
    fn a_query_names_field_and_connection() {
        assert_eq!(
            in_connection("gigya", "user_id", &["auth0|1", "auth0|2"]),
            r#"user_id:("auth0|1" OR "auth0|2") AND identities.connection:("gigya")"#
        );
    }
}
