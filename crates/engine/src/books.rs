//! The books of a run: what each half of it counted becomes its report.

use std::collections::BTreeMap;

use migration::codes;
use migration::import::{self, ImportOutcome};
use migration::ledger::{Bound, Ledger, LedgerError, RunLock};
use migration::prove::Proved;
use migration::report::{Cause, Report, html};
use migration::run::RunFolder;

use crate::Failure;

/// How far the import of a run has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It never began.
    NotImported,
    /// A process works on it now.
    Importing,
    /// It has begun, and nobody works on it: `crosswalk resume` goes on.
    Interrupted,
    /// It came to its end.
    Imported,
}

impl Standing {
    /// As `--json` names it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NotImported => "not_imported",
            Self::Importing => "importing",
            Self::Interrupted => "interrupted",
            Self::Imported => "imported",
        }
    }
}

/// The report of a run as it is now. That of an import that did not come to its end is not written; what happened is in the
/// ledger.
///
/// # Errors
/// When the run cannot be read.
pub fn current(folder: &RunFolder) -> Result<(Report, Standing), Failure> {
    let mut report = read_report(folder);
    if report.counters.imported.is_some() {
        return Ok((report, Standing::Imported));
    }
    let manifest = folder.manifest().map_err(Failure::refused)?;
    let Some(so_far) = import::so_far(folder, &manifest).map_err(Failure::refused)? else {
        return Ok((report, Standing::NotImported));
    };
    so_far.tally.fill(&mut report.counters);
    add_causes(&mut report, so_far.causes);
    report.jobs = so_far.jobs;
    let standing = if RunLock::is_held(folder) { Standing::Importing } else { Standing::Interrupted };
    Ok((report, standing))
}

/// Where a run went; none when its import never began, and then no ledger is made.
///
/// # Errors
/// When another process works on it, or its ledger cannot be read.
pub fn bound(folder: &RunFolder) -> Result<Option<Bound>, Failure> {
    if RunLock::is_held(folder) {
        return Err(Failure::refused(LedgerError::Locked(folder.path().to_owned())));
    }
    match Ledger::look(folder).map_err(Failure::refused)? {
        Some(ledger) => ledger.bound().map_err(Failure::refused),
        None => Ok(None),
    }
}

/// In the place of those of an earlier import.
fn add_causes(report: &mut Report, causes: Vec<Cause>) {
    report.causes.retain(|cause| cause.stage != "import");
    report.causes.extend(causes);
    report.causes.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.code.cmp(&b.code)));
}

/// Adds what an import did to the report of its run.
pub fn add_import(report: &mut Report, outcome: ImportOutcome) {
    outcome.tally.fill(&mut report.counters);
    add_causes(report, outcome.causes);
    report.jobs = outcome.jobs;
    report.requests.extend(requests(&outcome.requests));
    report.seconds.insert("import".to_owned(), outcome.seconds);
}

/// Adds what a proof found to the report of its run.
pub fn add_proof(report: &mut Report, proved: Proved, with_logins: bool) {
    report.proof = Some(proved.proof);
    if with_logins {
        report.logins = Some(proved.logins);
    }
    report.seconds.insert("prove".to_owned(), proved.seconds);
}

/// Requests by kind, and what the client waited for.
#[expect(clippy::cast_precision_loss, reason = "numbers of requests")]
fn requests(counts: &auth0::Counts) -> BTreeMap<String, f64> {
    let mut all: BTreeMap<String, f64> =
        counts.requests.iter().map(|(name, count)| (name.clone(), *count as f64)).collect();
    all.insert("retries".to_owned(), counts.retries as f64);
    all.insert("rate_limited".to_owned(), counts.limited as f64);
    all.insert("waited_seconds".to_owned(), counts.waited.as_secs_f64());
    all
}

/// Adds what a site was asked to the requests of a report.
#[expect(clippy::cast_precision_loss, reason = "numbers of requests")]
pub fn add_site_requests(report: &mut Report, counts: &gigya::Counts) {
    report.requests.extend(counts.requests.iter().map(|(name, count)| (name.clone(), *count as f64)));
    for (name, value) in [
        ("site_retries", counts.retries as f64),
        ("site_rate_limited", counts.limited as f64),
        ("site_waited_seconds", counts.waited.as_secs_f64()),
    ] {
        report.requests.insert(name.to_owned(), value);
    }
}

/// Writes `report.json` and `report.html`.
///
/// # Errors
/// When the folder cannot be written.
pub fn write_report(folder: &RunFolder, report: &Report) -> Result<(), Failure> {
    let json = serde_json::to_vec_pretty(report).map_err(Failure::bug)?;
    folder.write_whole("report.json", &json).map_err(Failure::stopped)?;
    write_page(folder, report)
}

/// Writes `report.html` alone.
///
/// # Errors
/// When the folder cannot be written.
pub fn write_page(folder: &RunFolder, report: &Report) -> Result<(), Failure> {
    let page = html::render(report, &|code| codes::advice(code).to_owned());
    folder.write_whole("report.html", page.as_bytes()).map_err(Failure::stopped)
}

/// Reads `report.json`; a run without one has an empty report.
#[must_use]
pub fn read_report(folder: &RunFolder) -> Report {
    let read = std::fs::read(folder.file("report.json")).ok();
    let mut report: Report = read.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
    report.run = folder.name();
    report
}
