//! How far the lane `lazy` has come.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader, ErrorKind};

use auth0::{Client, Error, any_of};
use serde::{Deserialize, Serialize};

use crate::run::RunFolder;

/// Users that are looked for at a time: a search has 100 a page, and its query has to fit into a URL.
const BATCH: usize = 50;

/// A user who was left, as `lazy.ndjson` names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lazily {
    /// `UID` of the account.
    pub uid: Option<String>,
    /// Its id at the tenant, without prefix.
    #[serde(default)]
    pub user_id: Option<String>,
    /// Its address.
    pub email: Option<String>,
    /// Why the password cannot move.
    pub code: String,
    /// The same as a sentence.
    #[serde(default)]
    pub reason: String,
}

/// How far the lane has come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Lanes {
    /// Users who were left.
    pub left: u64,
    /// Of them, those who are at the tenant now.
    pub arrived: u64,
    /// Of them, those who are not.
    pub waiting: u64,
    /// Left and arrived by the code of the reason.
    pub codes: BTreeMap<String, Arrivals>,
    /// UIDs of those who wait; not printed.
    #[serde(skip)]
    pub uids: Vec<String>,
}

/// Users by where they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Arrivals {
    /// Users who were left.
    pub left: u64,
    /// Of them, those who are at the tenant now.
    pub arrived: u64,
}

/// Why it cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum LanesError {
    /// `lazy.ndjson` cannot be read.
    #[error("lazy.ndjson: {0}")]
    File(#[from] std::io::Error),
    /// The tenant could not be asked.
    #[error("the tenant could not be asked who has come: {0}")]
    Tenant(#[from] Error),
}

/// Asks the tenant who of `lazy.ndjson` has come to `connection`. A search is eventually consistent: somebody who has just
/// come may still count as waiting.
///
/// # Errors
/// [`LanesError`]
pub async fn lanes(folder: &RunFolder, client: &Client, connection: &str) -> Result<Lanes, LanesError> {
    let mut lanes = Lanes::default();
    let file = match File::open(folder.file("lazy.ndjson")) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(lanes),
        Err(error) => return Err(error.into()),
    };
    let mut lines = BufReader::new(file).lines();
    loop {
        let mut batch: Vec<Lazily> = Vec::with_capacity(BATCH);
        for line in lines.by_ref().take(BATCH) {
            batch.push(serde_json::from_str(&line?).map_err(std::io::Error::from)?);
        }
        if batch.is_empty() {
            return Ok(lanes);
        }
        count(&batch, client, connection, &mut lanes).await?;
    }
}

async fn count(
    batch: &[Lazily],
    client: &Client,
    connection: &str,
    lanes: &mut Lanes,
) -> Result<(), LanesError> {
    let id =
        |user: &Lazily| user.user_id.clone().or_else(|| user.uid.clone()).map(|id| format!("auth0|{id}"));
    let ids: Vec<String> = batch.iter().filter_map(id).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let found =
        if ids.is_empty() { Vec::new() } else { client.search_users(&any_of("user_id", &ids), 0).await? };
    let here = |user: &serde_json::Map<String, serde_json::Value>| {
        let identities = user.get("identities").and_then(|identities| identities.as_array());
        identities.into_iter().flatten().any(|identity| identity["connection"] == connection)
    };
    let arrived: Vec<&str> = found
        .iter()
        .filter(|user| here(user))
        .filter_map(|user| user.get("user_id").and_then(|id| id.as_str()))
        .collect();
    for user in batch {
        let came = id(user).is_some_and(|id| arrived.contains(&id.as_str()));
        let of_code = lanes.codes.entry(user.code.clone()).or_default();
        lanes.left += 1;
        of_code.left += 1;
        if came {
            lanes.arrived += 1;
            of_code.arrived += 1;
        } else {
            lanes.waiting += 1;
            lanes.uids.extend(user.uid.clone());
        }
    }
    Ok(())
}
