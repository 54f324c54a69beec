//! Filling the site from an export: records become accounts as they are, without the rules of the API's own calls, since
//! an export holds what has grown over years.

use rusqlite::Connection;

use super::accounts::{self, set_time, time_of};
use super::{Account, StoreError};
use crate::document::Document;
use crate::{ids, time};

/// Members of an answer that are not the account's.
const ENVELOPE: &[&str] = &[
    "callId",
    "errorCode",
    "errorDetails",
    "errorMessage",
    "apiVersion",
    "statusCode",
    "statusReason",
    "time",
    "context",
    "UIDSignature",
    "signatureTimestamp",
    "sessionInfo",
    "regToken",
];

/// The account's times; each is a text and, beside it, a number.
const TIMES: &[&str] =
    &["created", "registered", "verified", "lastLogin", "lastUpdated", "oldestDataUpdated"];

/// Members that are booleans also in files whose values are all texts.
const FLAGS: &[&str] =
    &["isActive", "isRegistered", "isVerified", "isLockedOut", "hasFullAccount", "hasLiteAccount"];

/// Deepest nesting of an account; clients give up beyond.
const DEEPEST: usize = 120;

/// What was done with the records.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Loaded {
    /// New accounts.
    pub accounts: u64,
    /// Of them, lite ones.
    pub lite: u64,
    /// Records whose UID was there already: the later one replaced the earlier.
    pub replaced: u64,
    /// Records that are no JSON object, or nested deeper than 120 levels.
    pub refused: u64,
}

impl std::ops::AddAssign for Loaded {
    fn add_assign(&mut self, other: Self) {
        self.accounts += other.accounts;
        self.lite += other.lite;
        self.replaced += other.replaced;
        self.refused += other.refused;
    }
}

/// Takes records in, each the text of a JSON object.
///
/// # Errors
/// When the database fails; nothing of the transaction is kept then.
pub fn load<'a>(
    connection: &Connection,
    records: impl IntoIterator<Item = &'a str>,
    now_ms: i64,
) -> Result<Loaded, StoreError> {
    let mut loaded = Loaded::default();
    for record in records {
        let Some(mut body) =
            Document::parse(record).ok().filter(|_| json::depth(record.as_bytes()) <= DEEPEST)
        else {
            loaded.refused += 1;
            continue;
        };
        normalise(&mut body, now_ms);
        let lite = is_lite(&body);
        let uid = body.text("UID").unwrap_or_default();
        match accounts::by_uid(connection, &uid)? {
            Some(Account { pk, hidden, .. }) => {
                accounts::update(connection, &Account { pk, uid, lite, body, hidden })?;
                loaded.replaced += 1;
            }
            None => {
                accounts::insert(connection, lite, &body)?;
                loaded.accounts += 1;
                loaded.lite += u64::from(lite);
            }
        }
    }
    Ok(loaded)
}

/// A lite account says so; no full one says that it is none.
fn is_lite(body: &Document) -> bool {
    match body.get::<bool>("hasFullAccount") {
        Some(full) => !full,
        None => body.get("hasLiteAccount").unwrap_or(false),
    }
}

fn normalise(body: &mut Document, now_ms: i64) {
    body.retain(|name| !ENVELOPE.contains(&name));
    if body.text("UID").is_none() {
        body.set("UID", ids::hex32());
    }
    for name in FLAGS {
        if let Some(text) = body.get::<&str>(name) {
            let value = text.eq_ignore_ascii_case("true");
            body.set(name, value);
        }
    }
    for name in TIMES {
        let number = format!("{name}Timestamp");
        // Numbers of a file whose values are all texts.
        if let Some(ms) = body.get::<&str>(&number).and_then(|text| text.parse::<i64>().ok()) {
            body.set(&number, ms);
        }
        match (body.has(name), body.has(&number)) {
            (true, false) => body.set(&number, time_of(body, name)),
            (false, true) => body.set(name, time::iso(time_of(body, name))),
            _ => {}
        }
    }
    if time_of(body, "created") == 0 {
        set_time(body, "created", now_ms);
    }
    if time_of(body, "lastUpdated") == 0 {
        set_time(body, "lastUpdated", time_of(body, "created"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{DATABASE, Store, TABLES};

    #[test]
    fn records_become_accounts_as_they_are() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join(DATABASE), TABLES).unwrap();
        let records = [
            r#"{"UID":"a","callId":"x","statusCode":200,"isActive":"false","data":{"n":18446744073709551616},"lastUpdated":"2023-06-13T23:23:52.512Z"}"#,
            r#"{"UID":"b","email":"b@x.example","hasFullAccount":false,"hasLiteAccount":true,"createdTimestamp":5}"#,
            "[1]",
            r#"{"UID":"a","isActive":true}"#,
            r#"{"profile":{"firstName":"No UID"}}"#,
        ];
        let loaded = store.write_blocking(|tx| load(tx, records.iter().copied().take(2), 1000)).unwrap();
        assert_eq!(loaded, Loaded { accounts: 2, lite: 1, replaced: 0, refused: 0 });
        let first = store.read_blocking(|db| accounts::by_uid(db, "a")).unwrap().unwrap();
        assert_eq!(first.body.get("isActive"), Some(false));
        assert!(!first.body.has("callId"));
        assert_eq!(first.body.get("lastUpdatedTimestamp"), Some(1_686_698_632_512_i64));
        assert_eq!(first.body.raw("data").unwrap().get(), r#"{"n":18446744073709551616}"#);
        assert_eq!(time_of(&first.body, "created"), 1000);

        let loaded = store.write_blocking(|tx| load(tx, records.iter().copied().skip(2), 1000)).unwrap();
        assert_eq!(loaded, Loaded { accounts: 1, lite: 0, replaced: 1, refused: 1 });
    }
}
