//! `id-map.csv` and `retry.ndjson`, made from the parts and the ledger; and the check of the parts beforehand.

use std::io::{BufWriter, Write};

use serde::Serialize;
use serde_json::value::RawValue;

use super::tally::Counting;
use super::{ImportError, Progress, Stage, Tally};
use crate::ledger::Ledger;
use crate::report::Cause;
use crate::run::{MAPPING, Manifest, RunFolder};
use crate::settle::{Keys, PartFile};
use crate::step::{Facts, Outcome};

/// Holds every part against the manifest before anything is written anywhere.
pub(super) async fn check_parts(
    folder: &RunFolder,
    manifest: &Manifest,
    progress: &Progress,
) -> Result<(), ImportError> {
    let mapping = std::fs::read(folder.file(MAPPING)).unwrap_or_default();
    if blake3::hash(&mapping).to_hex().as_str() != manifest.mapping {
        return Err(ImportError::Refused(format!(
            "{} is not the mapping that this run was prepared with; put it back, or prepare a new run with it",
            folder.file(MAPPING).display()
        )));
    }
    let (folder, parts, progress) = (folder.clone(), manifest.parts.clone(), progress.clone());
    progress.begin(Stage::Preflight, u64::try_from(parts.len()).unwrap_or(0));
    let check = move || {
        for part in &parts {
            PartFile::load(&folder, part).map_err(|error| ImportError::Refused(error.to_string()))?;
            progress.done(1, 0);
        }
        Ok(())
    };
    tokio::task::spawn_blocking(check)
        .await
        .unwrap_or_else(|error| Err(ImportError::Refused(format!("the parts could not be checked: {error}"))))
}

#[derive(Serialize)]
struct Retry<'a> {
    code: &'a str,
    message: &'a str,
    part: u32,
    /// Counts from 1.
    row: u32,
    user: &'a RawValue,
}

/// Writes both files for what is known now, and counts it.
pub(super) fn write(
    folder: &RunFolder,
    manifest: &Manifest,
    ledger: &Ledger,
    upsert: bool,
    progress: &Progress,
) -> Result<(Tally, Vec<Cause>), ImportError> {
    progress.begin(Stage::Write, u64::try_from(manifest.parts.len()).unwrap_or(0));
    let disk = |error: &dyn std::fmt::Display| {
        ImportError::Stopped(format!("{} cannot be written: {error}", folder.path().display()))
    };
    let create = |name: &str| folder.create_file(&folder.file(name)).map_err(|error| disk(&error));
    let mut retry = BufWriter::new(create("retry.ndjson")?);
    let mut map = csv::Writer::from_writer(BufWriter::new(create("id-map.csv")?));
    map.write_record(["uid", "user_id", "email", "outcome", "part"]).map_err(|error| disk(&error))?;
    let mut counting = Counting::default();
    for part in &manifest.parts {
        let state = ledger.state(part.number, &Facts { users: part.users, upsert })?;
        counting.part(part.users, &state);
        if state.outcomes.is_empty() {
            progress.done(1, 0);
            continue;
        }
        let file = PartFile::load(folder, part)?;
        let texts = file.texts()?;
        for (index, text) in (0_u32..).zip(texts) {
            let Some(outcome) = state.outcomes.get(&index) else { continue };
            let keys: Keys = serde_json::from_str(text.get()).unwrap_or_default();
            let number = part.number.to_string();
            map.write_record(row(&keys, outcome, &number).each_ref().map(String::as_str))
                .map_err(|error| disk(&error))?;
            if let Outcome::Failed { code, message } = outcome {
                let line = Retry { code, message, part: part.number, row: index + 1, user: text };
                serde_json::to_writer(&mut retry, &line).map_err(|error| disk(&error))?;
                retry.write_all(b"\n").map_err(|error| disk(&error))?;
            }
        }
        progress.done(1, 0);
    }
    map.flush().map_err(|error| disk(&error))?;
    retry.flush().map_err(|error| disk(&error))?;
    Ok((counting.tally, counting.causes()))
}

/// A line of the crosswalk. The id at Auth0 stands there only for who is there.
fn row(keys: &Keys, outcome: &Outcome, part: &str) -> [String; 5] {
    let uid = keys.user_id.clone().unwrap_or_default();
    let there = !matches!(outcome, Outcome::Failed { .. }) && !uid.is_empty();
    let user_id = if there { format!("auth0|{uid}") } else { String::new() };
    [uid, user_id, keys.email.clone().unwrap_or_default(), outcome.name().to_owned(), part.to_owned()]
}
