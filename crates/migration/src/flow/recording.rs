//! What a flow hands over to prepare: the records that reach its writer, in a file of the run folder.

use std::fs::{DirBuilder, File};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use dataflow::Record;
use mapping::Tally;

use super::Plan;
use super::user::Passwords;
use crate::report::{NotMoved, Report, Unmovable};
use crate::run::{RunError, RunFolder};
use crate::screen::Policies;

/// The file, in the run folder.
const FOLDER: &str = "source";
const FILE: &str = "records.ndjson";

/// The records that have reached the writer of a flow. A service of its job.
pub struct Recording {
    path: PathBuf,
    file: Mutex<BufWriter<File>>,
    /// The step whose mapping prepare carries out.
    later: Option<String>,
    policies: Policies,
    mapped: Mutex<(Vec<Tally>, Passwords)>,
}

impl Recording {
    /// Begins the file of a run, in the place of one that an earlier attempt has left.
    ///
    /// # Errors
    /// What the disk says.
    pub fn create(folder: &RunFolder, plan: &Plan, policies: Policies) -> Result<Self, RunError> {
        let place = folder.file(FOLDER);
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&place)
            .map_err(|source| RunError::Io { path: place.clone(), source })?;
        let path = place.join(FILE);
        let file = Mutex::new(BufWriter::with_capacity(1 << 18, folder.create_file(&path)?));
        let later = plan.mapped_later().map(str::to_owned);
        Ok(Self { path, file, later, policies, mapped: Mutex::default() })
    }

    /// The file, complete on the disk.
    ///
    /// # Errors
    /// What the disk says.
    pub fn finish(&self) -> Result<PathBuf, RunError> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let written = file.flush().and_then(|()| file.get_ref().sync_all());
        written.map_err(|source| RunError::Io { path: self.path.clone(), source })?;
        Ok(self.path.clone())
    }

    /// Adds what mapping inside the flow has noticed to a report.
    pub fn add_to(&self, report: &mut Report) {
        let mapped = self.mapped.lock().unwrap_or_else(PoisonError::into_inner);
        let (tallies, passwords) = &*mapped;
        for tally in tallies {
            for (path, count) in &tally.not_moved {
                match report.not_moved.iter_mut().find(|one| one.path == *path) {
                    Some(one) => one.count += count,
                    None => report.not_moved.push(NotMoved { path: path.clone(), count: *count }),
                }
            }
            for (name, count) in tally.warnings() {
                if count > 0 {
                    *report.warnings.entry(name.to_owned()).or_default() += count;
                }
            }
        }
        report.not_moved.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.path.cmp(&b.path)));
        for ((code, reason), count) in passwords {
            let (code, reason) = ((*code).to_owned(), reason.clone());
            report.passwords.push(Unmovable { code, reason, count: *count });
        }
        report.passwords.sort_by(|a, b| {
            b.count.cmp(&a.count).then_with(|| (&a.code, &a.reason).cmp(&(&b.code, &b.reason)))
        });
    }

    /// Whether prepare maps the accounts that pass this step.
    pub(super) fn is_mapped_later(&self, step: &str) -> bool {
        self.later.as_deref() == Some(step)
    }

    pub(super) fn policies(&self) -> &Policies {
        &self.policies
    }

    /// Takes a record.
    pub(super) fn write(&self, record: &Record) -> io::Result<()> {
        let mut line = record.to_json();
        line.push(b'\n');
        let named =
            |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", self.path.display()));
        self.file.lock().unwrap_or_else(PoisonError::into_inner).write_all(&line).map_err(named)
    }

    /// Takes what a mapping has noticed.
    pub(super) fn note(&self, tally: Tally, passwords: Passwords) {
        let mut mapped = self.mapped.lock().unwrap_or_else(PoisonError::into_inner);
        mapped.0.push(tally);
        for (cause, count) in passwords {
            *mapped.1.entry(cause).or_default() += count;
        }
    }
}
