//! `/api/v2/jobs`: import jobs, their state and their errors.

use bytes::Bytes;
use reqwest::header::HeaderValue;
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::send::Call;
use crate::{Client, Error};

/// The largest import request that Auth0 takes, in bytes: `Payload content length greater than maximum allowed: 512000`.
pub const MAX_REQUEST: usize = 512_000;
/// The longest `external_id` that [`MAX_USERS_FILE`] leaves room for, in bytes.
pub const MAX_EXTERNAL_ID: usize = 64;
/// The largest `users` file, in bytes, whose whole request stays within [`MAX_REQUEST`], whatever the other fields:
/// `upsert` either way, `external_id` up to [`MAX_EXTERNAL_ID`].
pub const MAX_USERS_FILE: usize =
    MAX_REQUEST - multipart_len(0, "con_0123456789abcdef".len(), "false".len(), MAX_EXTERNAL_ID);

const BOUNDARY_LEN: usize = 42;
const FIELD_HEAD: &str = "\r\nContent-Disposition: form-data; name=\"";
const FILE_HEAD: &str = "\r\nContent-Disposition: form-data; name=\"users\"; filename=\"users.json\"\r\nContent-Type: application/json\r\n\r\n";

/// The length in bytes of the whole body of an import request, from the lengths of the `users` file and of the values
/// of `connection_id`, `upsert` and `external_id`.
#[must_use]
pub const fn multipart_len(users: usize, connection_id: usize, upsert: usize, external_id: usize) -> usize {
    field_len("connection_id".len(), connection_id)
        + field_len("upsert".len(), upsert)
        + field_len("external_id".len(), external_id)
        + field_len("send_completion_email".len(), "false".len())
        + ("--".len() + BOUNDARY_LEN + FILE_HEAD.len() + users + "\r\n".len())
        + ("--".len() + BOUNDARY_LEN + "--\r\n".len())
}

const fn field_len(name: usize, value: usize) -> usize {
    "--".len() + BOUNDARY_LEN + FIELD_HEAD.len() + name + "\"\r\n\r\n".len() + value + "\r\n".len()
}

/// What is imported and how.
#[derive(Debug, Clone)]
pub struct ImportRequest {
    /// The connection that takes the users.
    pub connection_id: String,
    /// Whether users that are there already, by email, are changed.
    pub upsert: bool,
    /// Our name for the job, at most [`MAX_EXTERNAL_ID`] bytes.
    pub external_id: String,
    /// A JSON array of users.
    pub users: Bytes,
}

/// An import job was queued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// Id of the job.
    pub job: String,
    /// The tenant's time of the answer, epoch seconds.
    pub date: Option<i64>,
}

/// A job.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Job {
    /// `job_` and 16 letters or digits.
    pub id: String,
    /// Whether it is done.
    pub status: JobStatus,
    /// What it did; only when it is completed.
    #[serde(default)]
    pub summary: Option<Summary>,
    /// Why it failed as a whole, where the tenant says so.
    #[serde(default)]
    pub status_details: Option<Value>,
}

/// Whether a job is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobStatus {
    /// Queued or at work.
    Pending,
    /// It went through its users, some of whom may have failed.
    Completed,
    /// It failed as a whole, perhaps after it imported some users.
    Failed,
    /// A status that is not documented for imports. It is treated as not done.
    #[serde(other)]
    Other,
}

/// How many users of a job ended how. Every user of the file is in exactly one of the three.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Summary {
    /// Users refused.
    pub failed: u64,
    /// Users changed.
    pub updated: u64,
    /// Users created.
    pub inserted: u64,
    /// Users in the file.
    pub total: u64,
}

/// What `/jobs/{id}/errors` says.
#[derive(Debug, Clone, PartialEq)]
pub enum JobErrors {
    /// Status 204: no errors, or a file that could not be read at all.
    None,
    /// One entry per refused user.
    Users(Vec<UserErrors>),
    /// The job failed as a whole; `status_details`, where it is given.
    Job(String),
}

/// A user that was refused.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct UserErrors {
    /// The user as it was in the file, with secrets replaced by `*****`.
    #[serde(default)]
    pub user: Map<String, Value>,
    /// Why.
    #[serde(default)]
    pub errors: Vec<UserError>,
}

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct UserError {
    /// Such as `DUPLICATED_USER`.
    #[serde(default)]
    pub code: String,
    /// The tenant's words.
    #[serde(default)]
    pub message: String,
}

impl Client {
    /// Queues an import. Scope `create:users`. It is sent once: an answer that is lost leaves a doubt which only the
    /// caller can clear ([`Error::maybe_done`]).
    ///
    /// # Errors
    /// As any call; [`Error::Busy`] when two jobs are active already; [`Error::Config`] when the request is larger
    /// than [`MAX_REQUEST`] or `external_id` longer than [`MAX_EXTERNAL_ID`].
    pub async fn import_users(&self, request: &ImportRequest) -> Result<Accepted, Error> {
        if request.external_id.len() > MAX_EXTERNAL_ID {
            return Err(Error::Config(format!("external_id is longer than {MAX_EXTERNAL_ID} bytes")));
        }
        let boundary = format!("crosswalk-{:032x}", rand::random::<u128>());
        let body = multipart(request, &boundary);
        if body.len() > MAX_REQUEST {
            return Err(Error::Config(format!(
                "an import request of {} bytes is larger than Auth0 takes ({MAX_REQUEST}); split the file",
                body.len()
            )));
        }
        let content_type = HeaderValue::try_from(format!("multipart/form-data; boundary={boundary}"))
            .map_err(|_| Error::Config("the boundary is no header value".to_owned()))?;
        let call = Call::new(Method::POST, "api/v2/jobs/users-imports").bytes(content_type, body);
        let answer = self.send(call).await?;
        let job: Job = answer.json("POST jobs/users-imports")?;
        Ok(Accepted { job: job.id, date: answer.date })
    }

    /// A job. Scope `create:users` or `read:users`. None when the tenant has no such job (any more): job data is
    /// deleted after 24 hours.
    ///
    /// # Errors
    /// As any call.
    pub async fn job(&self, id: &str) -> Result<Option<Job>, Error> {
        match self.send(Call::new(Method::GET, "api/v2/jobs").at(&[id])).await {
            Ok(answer) => answer.json("GET jobs/ID").map(Some),
            Err(error) => gone(error).map(|()| None),
        }
    }

    /// The errors of a job. None when the tenant has no such job (any more).
    ///
    /// # Errors
    /// As any call.
    pub async fn job_errors(&self, id: &str) -> Result<Option<JobErrors>, Error> {
        let answer = match self.send(Call::new(Method::GET, "api/v2/jobs").at(&[id, "errors"])).await {
            Ok(answer) => answer,
            Err(error) => return gone(error).map(|()| None),
        };
        if answer.status == StatusCode::NO_CONTENT || answer.body.is_empty() {
            return Ok(Some(JobErrors::None));
        }
        if answer.body.first() == Some(&b'[') {
            return answer.json("GET jobs/ID/errors").map(|users| Some(JobErrors::Users(users)));
        }
        let whole: Map<String, Value> = answer.json("GET jobs/ID/errors")?;
        let details = whole.get("status_details").map(Value::to_string).unwrap_or_default();
        Ok(Some(JobErrors::Job(details)))
    }
}

/// A 404 with the tenant's envelope is its word that there is no such job; anything else is a failure.
pub(super) fn gone(error: Error) -> Result<(), Error> {
    match error {
        Error::Refused { ref refusal, .. } if refusal.status == 404 && !refusal.message.is_empty() => Ok(()),
        error => Err(error),
    }
}

/// The body, written here and not by the HTTP client because packing needs its length to the byte beforehand.
fn multipart(request: &ImportRequest, boundary: &str) -> Bytes {
    let upsert = if request.upsert { "true" } else { "false" };
    let len = multipart_len(
        request.users.len(),
        request.connection_id.len(),
        upsert.len(),
        request.external_id.len(),
    );
    let mut body = Vec::with_capacity(len);
    for (name, value) in [
        ("connection_id", request.connection_id.as_str()),
        ("upsert", upsert),
        ("external_id", &request.external_id),
        ("send_completion_email", "false"),
    ] {
        for text in ["--", boundary, FIELD_HEAD, name, "\"\r\n\r\n", value, "\r\n"] {
            body.extend_from_slice(text.as_bytes());
        }
    }
    for text in ["--", boundary, FILE_HEAD] {
        body.extend_from_slice(text.as_bytes());
    }
    body.extend_from_slice(&request.users);
    for text in ["\r\n--", boundary, "--\r\n"] {
        body.extend_from_slice(text.as_bytes());
    }
    Bytes::from(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(users: usize, upsert: bool, external_id: usize) -> ImportRequest {
        ImportRequest {
            connection_id: "con_0123456789abcdef".to_owned(),
            upsert,
            external_id: "x".repeat(external_id),
            users: Bytes::from(vec![b' '; users]),
        }
    }

    fn body(request: &ImportRequest) -> Bytes {
        multipart(request, &format!("crosswalk-{:032x}", 7_u128))
    }

    #[test]
    fn the_length_is_known_to_the_byte() {
        for (users, upsert, external_id) in [(0, true, 0), (2, false, 1), (300_000, true, 64)] {
            let text = if upsert { 4 } else { 5 };
            assert_eq!(
                body(&request(users, upsert, external_id)).len(),
                multipart_len(users, 20, text, external_id)
            );
        }
    }

    #[test]
    fn the_largest_file_fills_the_request_to_the_brim() {
        assert_eq!(body(&request(MAX_USERS_FILE, false, MAX_EXTERNAL_ID)).len(), MAX_REQUEST);
    }

    #[test]
    fn a_status_nobody_told_us_about_is_not_the_end() {
        let job: Job = serde_json::from_str(r#"{"id":"job_1","status":"processing"}"#).unwrap();
        assert_eq!(job.status, JobStatus::Other);
    }
}
