//! The users who are sent again, as files of the new run.

use std::collections::{BTreeMap, HashMap};
use std::fs::{DirBuilder, File};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Chain, RetryError};
use crate::mend;
use crate::run::RunFolder;

/// What was gathered.
pub(super) struct Gathered {
    /// Users in the files.
    pub(super) users: u64,
    pub(super) files: Vec<PathBuf>,
    /// For the manifest: lines taken of the `mended.ndjson` of each run.
    pub(super) taken: BTreeMap<String, u64>,
}

/// A line of `retry.ndjson`, as far as it matters here.
#[derive(Deserialize)]
struct Failed<'a> {
    #[serde(borrow)]
    user: &'a RawValue,
}

/// Writes into the `source` folder of the new run who failed in the last run and who was mended in any.
pub(super) fn gather(chain: &Chain, folder: &RunFolder) -> Result<Gathered, RetryError> {
    let place = folder.file("source");
    let made = DirBuilder::new().recursive(true).mode(0o700).create(&place);
    made.map_err(|source| RetryError::Io { path: place.clone(), source })?;
    let (failed, mended) = (place.join("failed.ndjson"), place.join("mended.ndjson"));
    let mut out = BufWriter::new(folder.create_file(&failed)?);
    let mut users = copy_failed(chain.last(), &mut out)
        .map_err(|source| RetryError::Io { path: failed.clone(), source })?;
    let mut taken = BTreeMap::new();
    let mut out = BufWriter::new(folder.create_file(&mended)?);
    for run in chain.runs() {
        let copied = copy_mended(run, chain.taken(&run.name()), &mut out);
        let (count, lines) = copied.map_err(|source| RetryError::Io { path: mended.clone(), source })?;
        users += count;
        taken.insert(run.name(), lines);
    }
    Ok(Gathered { users, files: vec![failed, mended], taken })
}

fn copy_failed(run: &RunFolder, out: &mut BufWriter<File>) -> io::Result<u64> {
    let mut count = 0;
    for line in BufReader::new(File::open(run.file("retry.ndjson"))?).lines() {
        let line = line?;
        let failed: Failed<'_> = serde_json::from_str(&line).map_err(io::Error::other)?;
        writeln!(out, "{}", failed.user.get())?;
        count += 1;
    }
    out.flush()?;
    Ok(count)
}

/// Copies the users of the lines behind `taken`, the last of each record; gives how many, and how many lines there are now.
fn copy_mended(run: &RunFolder, taken: u64, out: &mut BufWriter<File>) -> io::Result<(u64, u64)> {
    let mut lines = 0;
    let mut last = HashMap::new();
    mend::each(run, |mended| {
        lines += 1;
        if lines > taken {
            last.insert(mended.position, lines);
        }
    })?;
    let (mut number, mut written) = (0, Ok(()));
    // A line that came meanwhile waits for the next retry.
    mend::each(run, |mended| {
        number += 1;
        if last.get(&mended.position) == Some(&number) && written.is_ok() {
            written = serde_json::to_writer(&mut *out, &mended.user)
                .map_err(io::Error::other)
                .and_then(|()| out.write_all(b"\n"));
        }
    })?;
    written?;
    out.flush()?;
    Ok((last.len() as u64, lines))
}
