//! Jobs: each start of a dataflow, with its attempts.
//!
//! Source: Gigya, "JobStatus object".

use rusqlite::Connection;
use serde_json::{Value, json};

use super::flows::{Failed, Progress};
use super::frequency::Frequency;
use super::table::{self, Entry, Kind};
use crate::error::ApiError;
use crate::{ids, time};

/// Attempts that a failing job gets.
const ATTEMPTS: u64 = 3;

/// How long a failed job waits for its next attempt (ms of the site's clock).
const RETRY_MS: i64 = 60_000;

/// What an attempt needs of the store.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    pub(crate) job: String,
    pub(crate) number: u32,
    pub(crate) dataflow: Value,
    pub(crate) scheduling: Value,
    pub(crate) since_ms: Option<i64>,
    pub(crate) limit: Option<u64>,
}

/// Makes a job of a scheduling that is due, and sets when the scheduling is due again.
pub(crate) fn start(
    tx: &Connection,
    api_key: &str,
    mut scheduling: Entry,
    now_ms: i64,
) -> Result<(), ApiError> {
    let frequency = Frequency::of(scheduling.body.as_object().ok_or_else(ApiError::internal)?)?;
    let first = scheduling.due.unwrap_or(now_ms);
    let id = ids::hex32();
    let name = table::get(tx, Kind::Dataflow, &scheduling.dataflow)?
        .and_then(|flow| flow.body.get("name").cloned())
        .unwrap_or_default();
    let now = time::iso(now_ms);
    let of = |name: &str| scheduling.body.get(name).cloned().unwrap_or_default();
    let body = json!({
        "id": id, "apiKey": api_key, "dataflowId": scheduling.dataflow, "dataflowName": name,
        "schedulingId": scheduling.id, "status": "running", "createTime": now, "updateTime": now,
        "frequencyType": of("frequencyType"), "frequencyInterval": of("frequencyInterval"),
        "totalRecords": 0, "processedRecords": 0, "attemptNumber": 0,
    });
    let job = Entry {
        kind: Kind::Job,
        id: id.clone(),
        dataflow: scheduling.dataflow.clone(),
        due: Some(now_ms),
        body,
    };
    table::put(tx, &job)?;
    let next = frequency.next(first, now_ms);
    scheduling.body["jobId"] = id.into();
    scheduling.body["currentJobStartTime"] = now.into();
    if let Some(next) = next {
        scheduling.body["nextJobStartTime"] = time::iso(next).into();
    }
    scheduling.due = next;
    table::put(tx, &scheduling)?;
    Ok(())
}

/// Begins the next attempt of a job; nothing when its dataflow or scheduling is gone, which kills it.
pub(crate) fn begin(tx: &Connection, mut job: Entry, now_ms: i64) -> Result<Option<Attempt>, ApiError> {
    let number = job.body["attemptNumber"].as_u64().unwrap_or(0) + 1;
    let now = time::iso(now_ms);
    job.due = None;
    job.body["attemptNumber"] = number.into();
    job.body["updateTime"] = now.clone().into();
    let scheduling = job.body["schedulingId"].as_str().unwrap_or_default().to_owned();
    let found =
        (table::get(tx, Kind::Dataflow, &job.dataflow)?, table::get(tx, Kind::Scheduling, &scheduling)?);
    let (Some(flow), Some(scheduling)) = found else {
        job.body["status"] = "killed".into();
        job.body["endTime"] = now.into();
        table::put(tx, &job)?;
        return Ok(None);
    };
    if job.body.get("startTime").is_none() {
        job.body["startTime"] = now.into();
    }
    table::put(tx, &job)?;
    Ok(Some(Attempt {
        number: u32::try_from(number).unwrap_or(u32::MAX),
        since_ms: since(&flow.body, &scheduling.body, now_ms)?,
        limit: scheduling.body.get("limit").and_then(Value::as_u64),
        job: job.id,
        dataflow: flow.body,
        scheduling: scheduling.body,
    }))
}

/// From when on a run reads: everything with `fullExtract`, else since the last run that succeeded; a first run reads the
/// last day (`once`) or the last interval.
fn since(flow: &Value, scheduling: &Value, now_ms: i64) -> Result<Option<i64>, ApiError> {
    if scheduling.get("fullExtract") == Some(&Value::Bool(true)) {
        return Ok(None);
    }
    if let Some(last) = flow.get("lastRuntime").and_then(Value::as_str).and_then(time::parse) {
        return Ok(Some(last));
    }
    let frequency = Frequency::of(scheduling.as_object().ok_or_else(ApiError::internal)?)?;
    Ok(Some(now_ms - frequency.reach_ms()))
}

/// Notes how far a job is; whether it goes on.
pub(crate) fn progress(
    tx: &Connection,
    id: &str,
    progress: &Progress,
    now_ms: i64,
) -> Result<bool, ApiError> {
    let Some(mut job) = table::get(tx, Kind::Job, id)?.filter(is_running) else { return Ok(false) };
    note(tx, &mut job, progress, now_ms)?;
    table::put(tx, &job)?;
    Ok(true)
}

/// Kills a job: the attempt that runs stops within a second, and none follows. Whether it ran.
pub(crate) fn kill(tx: &Connection, id: &str, now_ms: i64) -> Result<bool, ApiError> {
    let Some(mut job) = table::get(tx, Kind::Job, id)?.filter(is_running) else { return Ok(false) };
    job.due = None;
    job.body["status"] = "killed".into();
    job.body["updateTime"] = time::iso(now_ms).into();
    job.body["endTime"] = time::iso(now_ms).into();
    table::put(tx, &job)?;
    Ok(true)
}

fn is_running(job: &Entry) -> bool {
    job.body["status"] == "running"
}

/// Ends an attempt: with the job, or with a date for the next attempt.
pub(crate) fn end(
    tx: &Connection,
    attempt: &Attempt,
    outcome: Result<(), Failed>,
    progress: &Progress,
    started_ms: i64,
    now_ms: i64,
) -> Result<(), ApiError> {
    let Some(mut job) = table::get(tx, Kind::Job, &attempt.job)?.filter(is_running) else { return Ok(()) };
    note(tx, &mut job, progress, now_ms)?;
    match outcome {
        Ok(()) => {
            job.body["status"] = "succeeded".into();
            if let Some(remark) = progress.remarked() {
                job.body["trace"] = remark.into();
            }
            job.body["endTime"] = time::iso(now_ms).into();
            if let Some(mut flow) = table::get(tx, Kind::Dataflow, &job.dataflow)? {
                // What changed while it ran is read by the next run.
                flow.body["lastRuntime"] = time::iso(started_ms).into();
                table::put(tx, &flow)?;
            }
        }
        Err(failed) => {
            job.body["trace"] = failed.reason.into();
            if !failed.lasting && u64::from(attempt.number) < ATTEMPTS {
                job.due = Some(now_ms + RETRY_MS);
            } else {
                job.body["status"] = "failed".into();
                job.body["endTime"] = time::iso(now_ms).into();
            }
        }
    }
    table::put(tx, &job)?;
    Ok(())
}

/// Takes up the jobs that ran when the site was stopped: they start over with their next attempt.
pub(crate) fn resume(tx: &Connection, now_ms: i64) -> Result<(), ApiError> {
    let mut left = Vec::new();
    table::each(tx, Kind::Job, |job| -> Result<_, ApiError> {
        if job.due.is_none() && job.body["status"] == "running" {
            left.push(job);
        }
        Ok(std::ops::ControlFlow::Continue(()))
    })?;
    for mut job in left {
        job.due = Some(now_ms);
        job.body["trace"] = "the site was stopped while the job ran".into();
        table::put(tx, &job)?;
    }
    Ok(())
}

fn note(tx: &Connection, job: &mut Entry, progress: &Progress, now_ms: i64) -> Result<(), ApiError> {
    let (total, processed) = progress.get();
    job.body["totalRecords"] = total.into();
    job.body["processedRecords"] = processed.into();
    job.body["updateTime"] = time::iso(now_ms).into();
    let report = progress.report();
    if !report.is_null() {
        let (id, dataflow) = (job.id.clone(), job.dataflow.clone());
        table::put(tx, &Entry { kind: Kind::Report, id, dataflow, due: None, body: report })?;
    }
    Ok(())
}
