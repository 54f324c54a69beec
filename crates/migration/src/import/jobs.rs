//! The jobs of a run for the report, told by the ledger.

use crate::ledger::{Ledger, LedgerError};
use crate::report::Job;
use crate::run::Manifest;
use crate::step::Event;

/// Every attempt that became a job, in the order in which they were sent; times are seconds after the first.
pub(super) fn jobs(ledger: &Ledger, manifest: &Manifest) -> Result<Vec<Job>, LedgerError> {
    let mut jobs: Vec<(i64, i64, Job)> = Vec::new();
    for part in &manifest.parts {
        let mut attempt = 0;
        let mut sent = 0;
        let mut current: Option<(i64, i64, Job)> = None;
        for (at, event) in ledger.events(part.number)? {
            match event {
                Event::Begun { .. } => {
                    attempt += 1;
                    sent = at;
                }
                Event::Accepted { job } => {
                    let job = Job {
                        part: part.number,
                        attempt,
                        id: job,
                        status: "pending".to_owned(),
                        ..Job::default()
                    };
                    current = Some((sent, at, job));
                }
                Event::Finished(results) => {
                    if let Some((sent, _, mut job)) = current.take() {
                        job.status = "completed".to_owned();
                        (job.inserted, job.updated, job.failed) =
                            (results.inserted, results.updated, results.failed);
                        jobs.push((sent, at, job));
                    }
                }
                Event::Broken => {
                    if let Some((sent, _, mut job)) = current.take() {
                        job.status = "failed".to_owned();
                        jobs.push((sent, at, job));
                    }
                }
                Event::NotSent | Event::Lost | Event::Compared { .. } | Event::Restarted => {}
            }
        }
        jobs.extend(current);
    }
    jobs.sort_by_key(|(sent, _, job)| (*sent, job.part));
    let start = jobs.first().map_or(0, |(sent, _, _)| *sent);
    Ok(jobs
        .into_iter()
        .map(|(sent, settled, job)| Job {
            sent: seconds(sent - start),
            settled: seconds(settled - start),
            ..job
        })
        .collect())
}

fn seconds(millis: i64) -> f64 {
    // Milliseconds of a run fit a double exactly.
    #[expect(clippy::cast_precision_loss, reason = "a run is shorter than 285,000 years")]
    let millis = millis as f64;
    millis / 1_000.0
}
