//! One job: asking until it is done, and then for its errors.

use std::time::{Duration, Instant};

use auth0::{Job, JobErrors, JobStatus};

use super::ImportError;
use super::driver::Shared;
use crate::settle::{PartFile, refusals};
use crate::step::{Event, Results};

/// After this a job is given up. Auth0 ends jobs itself after two hours.
const STUCK: Duration = Duration::from_secs(2 * 3_600 + 900);

/// Asks until the job is done.
pub(super) async fn poll(
    shared: &Shared,
    file: &PartFile,
    users: &[u32],
    id: &str,
    sent: Instant,
) -> Result<Event, ImportError> {
    loop {
        shared.wait(shared.pace.pause(users.len(), sent.elapsed())).await?;
        let job = match shared.client.job(id).await {
            Ok(job) => job,
            Err(error) if error.is_passing() => {
                shared.bear(&error).await?;
                continue;
            }
            Err(error) => {
                return Err(ImportError::Stopped(format!("job {id} could not be asked after: {error}")));
            }
        };
        shared.heard();
        let Some(job) = job else {
            tracing::warn!(job = id, "the tenant does not know the job any more");
            return Ok(Event::Broken);
        };
        match job.status {
            JobStatus::Pending | JobStatus::Other if sent.elapsed() < STUCK => {}
            JobStatus::Pending | JobStatus::Other => return Ok(Event::Broken),
            JobStatus::Completed | JobStatus::Failed => {
                shared.pace.learn(users.len(), sent.elapsed());
                return done(shared, file, users, &job).await;
            }
        }
    }
}

/// The job is done: its summary and errors, or the doubt that it leaves.
async fn done(shared: &Shared, file: &PartFile, users: &[u32], job: &Job) -> Result<Event, ImportError> {
    if let Some(summary) = job.summary
        && summary.failed == 0
    {
        return Ok(Event::Finished(results(&summary, Vec::new())));
    }
    let errors = loop {
        match shared.client.job_errors(&job.id).await {
            Ok(errors) => break errors,
            Err(error) if error.is_passing() => shared.bear(&error).await?,
            Err(error) => {
                return Err(ImportError::Stopped(format!(
                    "the errors of job {} could not be read: {error}",
                    job.id
                )));
            }
        }
    };
    shared.heard();
    match (job.summary, errors) {
        (Some(summary), Some(JobErrors::Users(errors))) => {
            Ok(Event::Finished(results(&summary, refusals(&file.keys()?, users, &errors))))
        }
        (_, errors) => {
            let said = match errors {
                Some(JobErrors::Job(details)) => details,
                Some(JobErrors::None) => {
                    "no reason (Auth0 gives none when it cannot read the file)".to_owned()
                }
                Some(JobErrors::Users(errors)) => format!("{} errors but no summary", errors.len()),
                None => "its data is gone".to_owned(),
            };
            tracing::warn!(
                job = job.id,
                said,
                "a job ended without saying what it did; its part is sent again"
            );
            Ok(Event::Broken)
        }
    }
}

fn results(summary: &auth0::Summary, refusals: Vec<crate::step::Refusal>) -> Results {
    Results { inserted: summary.inserted, updated: summary.updated, failed: summary.failed, refusals }
}
