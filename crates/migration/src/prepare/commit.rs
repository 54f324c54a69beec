//! Taking the batches in order: packing, and noting what is needed to judge doubles.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};

use serde_json::json;

use super::batch::{Aside, Batch, Counts};
use super::sidecar::Sidecar;
use crate::codes;
use crate::duplicates::{Fingerprints, Hasher, Index, Place};
use crate::pack::Packer;
use crate::report::InputCounters;
use crate::run::{RunError, RunFolder};

/// Whether more is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Go {
    On,
    Enough,
}

const KEYS: [crate::duplicates::Key; 4] = [
    crate::duplicates::Key::UserId,
    crate::duplicates::Key::Email,
    crate::duplicates::Key::Username,
    crate::duplicates::Key::Phone,
];

/// Paths that are counted apart.
const PATHS: usize = 4096;

/// Everything that is taken in order.
pub(crate) struct Commit<'o> {
    /// Lines for users who bring none themselves.
    known_links: &'o HashMap<(usize, u64), Vec<u8>>,
    pub(crate) packer: Packer,
    pub(crate) index: Index,
    pub(crate) fingerprints: Fingerprints,
    pub(crate) counts: Counts,
    pub(crate) causes: HashMap<&'static str, u64>,
    pub(crate) files: Option<Files>,
    /// What was counted so far, by input. Doubles are not judged yet, so that nobody is packed.
    pub(crate) inputs: Vec<InputCounters>,
    /// Records so far, by input.
    records: Vec<u64>,
}

/// The files of the run that are written beside the parts.
pub(crate) struct Files {
    folder: RunFolder,
    pub(crate) set_aside: BufWriter<File>,
    lazy: BufWriter<File>,
    pub(crate) linking: Sidecar,
    pub(crate) spilled: Sidecar,
}

impl Files {
    fn new(folder: &RunFolder) -> Result<Self, RunError> {
        let io = |source| RunError::Io { path: folder.path().to_owned(), source };
        Ok(Self {
            folder: folder.clone(),
            set_aside: BufWriter::new(folder.create_file(&folder.file("set-aside.ndjson"))?),
            lazy: BufWriter::new(folder.create_file(&folder.file("lazy.ndjson"))?),
            linking: Sidecar::new().map_err(io)?,
            spilled: Sidecar::new().map_err(io)?,
        })
    }

    fn error(&self, source: io::Error) -> RunError {
        RunError::Io { path: self.folder.path().to_owned(), source }
    }

    /// Writes what waits in memory.
    pub(crate) fn flush(&mut self) -> Result<(), RunError> {
        self.set_aside.flush().and_then(|()| self.lazy.flush()).map_err(|source| self.error(source))
    }
}

/// A line of `set-aside.ndjson` (CONTRACT, "The run folder"); `raw` holds the first bytes of a record that is no JSON.
pub(crate) fn line(input: &str, record: u64, byte: u64, aside: &Aside) -> String {
    let mut line = json!({
        "position": {"input": input, "record": record, "byte": byte},
        "uid": aside.uid, "code": aside.code, "reason": aside.reason, "fix": aside.fix.unwrap_or_else(|| codes::advice(aside.code)),
    });
    if let Some(raw) = &aside.raw {
        line["raw"] = json!(raw);
    }
    line.to_string()
}

impl<'o> Commit<'o> {
    pub(crate) fn new(
        folder: Option<&RunFolder>,
        keys: (u64, u64),
        known_links: &'o HashMap<(usize, u64), Vec<u8>>,
    ) -> Result<Self, RunError> {
        let path = folder.map(|folder| folder.path().to_owned()).unwrap_or_default();
        Ok(Self {
            known_links,
            packer: Packer::new(folder.cloned()),
            index: Index::new().map_err(|source| RunError::Io { path, source })?,
            fingerprints: Fingerprints::new(keys),
            counts: Counts::default(),
            causes: HashMap::new(),
            files: folder.map(Files::new).transpose()?,
            inputs: Vec::new(),
            records: Vec::new(),
        })
    }

    pub(crate) fn hasher(&self) -> Hasher {
        self.fingerprints.hasher()
    }

    /// Takes a batch.
    pub(crate) fn take(&mut self, batch: &Batch) -> Result<Go, RunError> {
        if self.records.len() <= batch.input {
            self.records.resize(batch.input + 1, 0);
            self.inputs.resize(batch.input + 1, InputCounters::default());
        }
        let base = self.records[batch.input];
        self.records[batch.input] += batch.records;
        let mut linking = batch.linking.as_slice();
        let mut spilled = batch.spilled.as_slice();
        let folder = self.files.as_ref().map(|files| files.folder.path().to_owned()).unwrap_or_default();
        let mut all = batch.ready.iter();
        let lengths = batch.ready.iter().map(|ready| ready.len as usize);
        self.packer.add(&batch.users, lengths, |part, start| {
            let Some(ready) = all.next() else { return Ok(()) };
            let (links, links_rest) = linking.split_at(ready.linking as usize);
            let (spill, spill_rest) = spilled.split_at(ready.spilled as usize);
            (linking, spilled) = (links_rest, spill_rest);
            let number = self.index.len();
            #[expect(clippy::cast_possible_truncation, reason = "inputs are files on one disk")]
            let input = batch.input as u32;
            let place = Place {
                part,
                start,
                len: ready.len,
                input,
                record: base + ready.record + 1,
                byte: ready.byte,
                lane: ready.lane.number(),
            };
            let noted = self.index.push(&place).and_then(|()| {
                for (key, hash) in KEYS.iter().zip(ready.keys) {
                    if let Some(hash) = hash {
                        self.fingerprints.note(*key, hash, number, ready.last_login)?;
                    }
                }
                if let Some(files) = &mut self.files {
                    let known = self.known_links.get(&(batch.input, place.record)).map(Vec::as_slice);
                    let links = known.unwrap_or(links);
                    if !links.is_empty() {
                        files.linking.push(number, links)?;
                    }
                    if !spill.is_empty() {
                        files.spilled.push(number, spill)?;
                    }
                }
                Ok(())
            });
            noted.map_err(|source| RunError::Io { path: folder.clone(), source })
        })?;
        self.asides(batch, base)?;
        Ok(self.count(batch))
    }

    fn asides(&mut self, batch: &Batch, base: u64) -> Result<(), RunError> {
        for aside in &batch.aside {
            *self.causes.entry(aside.code).or_default() += 1;
            self.counts.set_aside += 1;
        }
        let Some(files) = &mut self.files else { return Ok(()) };
        for aside in &batch.aside {
            let line = line(&batch.name, base + aside.record + 1, aside.byte, aside);
            let written = writeln!(files.set_aside, "{line}");
            written.map_err(|source| files.error(source))?;
        }
        let written = files.lazy.write_all(&batch.lazy);
        written.map_err(|source| files.error(source))
    }

    fn count(&mut self, batch: &Batch) -> Go {
        let counts = &batch.counts;
        self.counts.found.extend(counts.found.iter().cloned());
        self.counts.read += counts.read;
        self.counts.mapped += counts.mapped;
        self.counts.fixed += counts.fixed;
        self.counts.left += counts.left;
        self.counts.not_selected += counts.not_selected;
        self.counts.without_id += counts.without_id;
        if let Some(input) = self.inputs.get_mut(batch.input) {
            input.read += counts.read;
            input.set_aside += batch.aside.len() as u64;
            input.left += counts.left;
        }
        for (code, count) in &counts.mended {
            *self.counts.mended.entry(code).or_default() += count;
        }
        for (cause, count) in &counts.passwords {
            self.counts.unmovable(cause.0, &cause.1, *count);
        }
        for (path, count) in &counts.not_moved {
            // A hostile file of users can name as many members as it likes.
            let known = self.counts.not_moved.len() < PATHS || self.counts.not_moved.contains_key(path);
            let path = if known { path.as_str() } else { "*" };
            *self.counts.not_moved.entry(path.to_owned()).or_default() += count;
        }
        if batch.enough { Go::Enough } else { Go::On }
    }
}
