//! The users who are sent again, as files of the new run.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::{DirBuilder, File};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Chain, RetryError};
use crate::linking;
use crate::mend::{self, Mended, Position};
use crate::run::RunFolder;

/// What was gathered.
pub(super) struct Gathered {
    /// Users in the files.
    pub(super) users: u64,
    pub(super) files: Vec<PathBuf>,
    /// For the manifest: lines taken of the `mended.ndjson` of each run.
    pub(super) taken: BTreeMap<String, u64>,
    /// Lines for `linking.ndjson`, by file and record.
    pub(super) linking: HashMap<(usize, u64), Vec<u8>>,
}

/// A line of `retry.ndjson`, as far as it matters here.
#[derive(Deserialize)]
struct Failed<'a> {
    #[serde(borrow)]
    user: &'a RawValue,
    part: u32,
    #[serde(default)]
    row: u32,
}

/// Place of the file of mended users among [`Gathered::files`].
const MENDED: usize = 1;

/// Writes into the `source` folder of the new run who failed in the last run and who was mended in any.
pub(super) fn gather(chain: &Chain, folder: &RunFolder) -> Result<Gathered, RetryError> {
    let place = folder.file("source");
    let made = DirBuilder::new().recursive(true).mode(0o700).create(&place);
    made.map_err(|source| RetryError::Io { path: place.clone(), source })?;
    let (failed, mended) = (place.join("failed.ndjson"), place.join("mended.ndjson"));
    let mut taken = BTreeMap::new();
    let mut out = BufWriter::new(folder.create_file(&mended)?);
    let (mut linking, mut instead) = (HashMap::new(), HashSet::new());
    let (mut users, mut record) = (0, 0);
    for run in chain.runs() {
        let copied = copy_mended(run, chain.taken(&run.name()), &mut out, |mended| {
            record += 1;
            let line = linking::line(&mended.user, &mended.identities);
            if !line.is_empty() {
                linking.insert((MENDED, record), line);
            }
            if run.name() == chain.last().name() {
                instead.insert(mended.position.clone());
            }
        });
        let (count, lines) = copied.map_err(|source| RetryError::Io { path: mended.clone(), source })?;
        users += count;
        taken.insert(run.name(), lines);
    }
    // After those who are mended: whoever is mended meanwhile goes once, as it was.
    let mut out = BufWriter::new(folder.create_file(&failed)?);
    users += copy_failed(chain.last(), &instead, &mut out)
        .map_err(|source| RetryError::Io { path: failed.clone(), source })?;
    Ok(Gathered { users, files: vec![failed, mended], taken, linking })
}

/// Users of a run who were refused and mended since: they go in their mended form.
pub(super) fn mended_rows(run: &RunFolder) -> io::Result<HashSet<Position>> {
    let mut rows = HashSet::new();
    mend::each(run, |mended| {
        if mend::is_refused(&mended.position) {
            rows.insert(mended.position);
        }
    })?;
    Ok(rows)
}

/// Gives each line of a run's `retry.ndjson` that is not in `instead` to `visit`.
pub(super) fn each_failed(
    run: &RunFolder,
    instead: &HashSet<Position>,
    mut visit: impl FnMut(&RawValue) -> io::Result<()>,
) -> io::Result<()> {
    for line in BufReader::new(File::open(run.file("retry.ndjson"))?).lines() {
        let line = line?;
        let failed: Failed<'_> = serde_json::from_str(&line).map_err(io::Error::other)?;
        if !instead.contains(&mend::place(failed.part, failed.row)) {
            visit(failed.user)?;
        }
    }
    Ok(())
}

fn copy_failed(run: &RunFolder, instead: &HashSet<Position>, out: &mut BufWriter<File>) -> io::Result<u64> {
    let mut count = 0;
    each_failed(run, instead, |user| {
        count += 1;
        writeln!(out, "{}", user.get())
    })?;
    out.flush()?;
    Ok(count)
}

/// Copies the users of the lines behind `taken`, the last of each record; gives how many, and how many lines there are now.
fn copy_mended(
    run: &RunFolder,
    taken: u64,
    out: &mut BufWriter<File>,
    mut copied: impl FnMut(&Mended),
) -> io::Result<(u64, u64)> {
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
            copied(&mended);
            written = serde_json::to_writer(&mut *out, &mended.user)
                .map_err(io::Error::other)
                .and_then(|()| out.write_all(b"\n"));
        }
    })?;
    written?;
    out.flush()?;
    Ok((last.len() as u64, lines))
}
