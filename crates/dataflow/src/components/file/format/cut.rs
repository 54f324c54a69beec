//! Files that are cut when they grow too large.

use std::path::Path;

use crate::component::{Built, Setup, step};
use crate::fault::Fault;
use crate::file::{File, FileWriter};
use record::Record;

/// The unit of `maxFileSize`. The documentation gives none; megabytes fit the values that are seen (1, 2, 10, 5000).
const MEGABYTE: u64 = 1 << 20;

/// How records become the bytes of a file.
pub(super) trait Format: Send + 'static {
    /// Appends a record to `out`, which may hold more than what will stand in the file; returns the bytes that will.
    fn encode(&mut self, record: &Record, out: &mut Vec<u8>) -> u64;

    /// What stands before the first record.
    fn head(&self) -> Vec<u8> {
        Vec::new()
    }

    /// What stands between two records.
    fn between(&self) -> &'static [u8] {
        b""
    }

    /// What stands after the last record.
    fn tail(&self) -> &'static [u8] {
        b""
    }

    /// The file is complete.
    fn finish(&mut self, file: FileWriter, _work: &Path) -> std::io::Result<File> {
        file.finish()
    }
}

/// The parameters that all such components share.
pub(super) struct Cut {
    pub(super) name: String,
    /// Megabytes; 0 stands for no limit.
    pub(super) max_size: u64,
    pub(super) create_empty: bool,
}

impl Cut {
    /// The step.
    pub(super) fn step(self, setup: &Setup<'_>, mut format: impl Format) -> Built {
        if self.name.is_empty() {
            return Err("`fileName` is empty".to_owned());
        }
        let most = if self.max_size == 0 { u64::MAX } else { self.max_size.saturating_mul(MEGABYTE) };
        let work = setup.context.work.clone();
        step(move |mut input, mut output| async move {
            let mut part = 0_u32;
            let mut open: Option<Open> = None;
            let mut encoded = Vec::new();
            while let Some(record) = input.record(&mut output).await? {
                encoded.clear();
                let more = format.encode(&record, &mut encoded) + format.between().len() as u64;
                if let Some(full) = open.take_if(|open| open.size + more > most) {
                    output.give(full.close(&mut format, &work)?).await?;
                }
                let open = match &mut open {
                    Some(open) => {
                        open.file.buffer().extend_from_slice(format.between());
                        open
                    }
                    None => {
                        part += 1;
                        open.insert(Open::new(numbered(&self.name, part), &format, &work))
                    }
                };
                open.file.buffer().extend_from_slice(&encoded);
                open.file.spill().map_err(|error| disk(&error))?;
                open.size += more;
            }
            if open.is_none() && part == 0 && self.create_empty {
                open = Some(Open::new(self.name.clone(), &format, &work));
            }
            if let Some(last) = open {
                output.give(last.close(&mut format, &work)?).await?;
            }
            output.flush().await
        })
    }
}

/// A file that grows.
struct Open {
    file: FileWriter,
    size: u64,
}

impl Open {
    fn new(name: String, format: &impl Format, work: &Path) -> Self {
        let mut file = FileWriter::new(name, work);
        let head = format.head();
        file.buffer().extend_from_slice(&head);
        Self { file, size: (head.len() + format.tail().len()) as u64 }
    }

    fn close(mut self, format: &mut impl Format, work: &Path) -> Result<File, Fault> {
        self.file.buffer().extend_from_slice(format.tail());
        format.finish(self.file, work).map_err(|error| disk(&error))
    }
}

/// Why a file between steps cannot be written.
pub(super) fn disk(error: &std::io::Error) -> Fault {
    Fault::lasting(format!(
        "the job's work folder cannot be written: {error}; make room there, or name another"
    ))
}

/// The name of a part: the first has the name that was given, `accounts.json`, the second is `accounts_2.json`.
fn numbered(name: &str, part: u32) -> String {
    match (part, name.rsplit_once('.')) {
        (1, _) => name.to_owned(),
        (_, Some((stem, extension))) if !stem.is_empty() => format!("{stem}_{part}.{extension}"),
        _ => format!("{name}_{part}"),
    }
}
