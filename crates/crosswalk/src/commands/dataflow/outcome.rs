//! What came of a job, in words, and how the command ends.

use ::dataflow::runner::{Edge, EdgeCount, Outcome, Status as JobStatus};

use crate::exit::{Failure, Status};
use crate::progress::grouped;

/// How a command ends whose job has ended so.
pub(super) fn status(outcome: &Outcome) -> Result<Status, Failure> {
    match &outcome.status {
        JobStatus::Succeeded if outcome.unrouted == 0 => Ok(Status::Done),
        JobStatus::Succeeded => Ok(Status::Some),
        other => ended(other),
    }
}

/// The same, from how the job ended alone.
pub(super) fn ended(status: &JobStatus) -> Result<Status, Failure> {
    match status {
        JobStatus::Succeeded => Ok(Status::Done),
        JobStatus::Failed(failure) if failure.bug => Err(Failure::bug(failure)),
        JobStatus::Failed(failure) if failure.usage => Err(Failure::usage(failure)),
        JobStatus::Failed(failure) => Err(Failure::stopped(failure)),
        JobStatus::Stopped => Err(Failure::stopped("stopped before the end; run it again")),
    }
}

/// So many records.
pub(super) fn records(count: u64) -> String {
    format!("{} {}", grouped(count), if count == 1 { "record" } else { "records" })
}

/// What each step did.
pub(super) fn words(outcome: &Outcome, seconds: f64) -> String {
    let width = outcome.steps.iter().map(|step| step.id.chars().count()).max().unwrap_or(0);
    let mut out = String::new();
    for step in &outcome.steps {
        let (received, passed) = (grouped(step.received), grouped(step.passed));
        out.push_str(&format!("{:<width$}  {received:>12} in  {passed:>12} out", step.id));
        for (count, word) in [(step.failed, "failed"), (step.dropped, "dropped")] {
            if count > 0 {
                out.push_str(&format!("  {} {word}", grouped(count)));
            }
        }
        out.push('\n');
        let ways: Vec<&EdgeCount> = outcome.edges.iter().filter(|edge| edge.from == step.id).collect();
        // A single way is told by what the step gave.
        if ways.len() > 1 || ways.iter().any(|way| way.edge == Edge::Error) {
            for way in ways {
                let kind = if way.edge == Edge::Error { " (error)" } else { "" };
                out.push_str(&format!("    to {}{kind}: {}\n", way.to, grouped(way.items)));
            }
        }
    }
    out.push_str(&format!("{} in {seconds:.1} s\n", records(outcome.records)));
    if outcome.unrouted > 0 {
        out.push_str(&format!(
            "{} failed where the flow has no error step; name one in `error` to keep them\n",
            grouped(outcome.unrouted)
        ));
    }
    out
}

#[cfg(test)]
mod tests {
    use ::dataflow::runner::Failure as JobFailure;

    use super::*;

    #[test]
    fn what_was_typed_is_no_reason_to_resume() {
        let status = |usage, bug| {
            let (step, message) = ("s".to_owned(), "m".to_owned());
            let failed = JobStatus::Failed(JobFailure { step, message, passing: false, usage, bug });
            ended(&failed).err().map(|failure| failure.status())
        };
        assert_eq!(
            (status(true, false), status(false, false), status(false, true)),
            (Some(2), Some(4), Some(5))
        );
        assert_eq!((records(1), records(2000)), ("1 record".to_owned(), "2,000 records".to_owned()));
    }
}
