//! `/api/v2/jobs/users-exports`: export jobs and the files that they write.

use std::path::Path;
use std::time::Duration;

use outbound::check_url;
use reqwest::{Method, Url};
use serde::{Deserialize, Serialize};
use tokio::io::AsyncWriteExt as _;

use super::jobs::{JobStatus, gone};
use crate::error::Refusal;
use crate::send::Call;
use crate::{Client, Error};

/// How long a download may take in all; a real tenant's file has gigabytes.
const DOWNLOAD_TIMEOUT: Duration = Duration::from_secs(4 * 3_600);
/// How long a download may bring nothing.
const SILENCE: Duration = Duration::from_secs(60);
/// How often a file is asked for. Each time the job gives a new link, since one is good for 60 seconds only.
const MAX_DOWNLOADS: u32 = 5;

const DOWNLOAD: &str = "GET the file of an export";

/// What is exported and how.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ExportRequest {
    /// Whose users; None: those of all connections.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connection_id: Option<String>,
    /// How they are written.
    pub format: ExportFormat,
    /// How many users at most; None: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// What of each user; nothing: what Auth0 exports by itself. At most 30 in CSV.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<ExportField>,
}

/// The format of the file, inside its gzip.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ExportFormat {
    /// NDJSON.
    #[default]
    Json,
    /// CSV; metadata only leaf by leaf.
    Csv,
}

/// A field of the users.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExportField {
    /// Path into the user: `email`, `user_metadata.country`, `identities[0].connection`. At most 100 characters.
    pub name: String,
    /// What it is called in the file, if not the same. At most 100 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub export_as: Option<String>,
}

/// An export job.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ExportJob {
    /// `job_` and 16 letters or digits.
    pub id: String,
    /// Whether it is done.
    pub status: JobStatus,
    /// How far it is, 0 to 100, where the tenant says so.
    #[serde(default)]
    pub percentage_done: Option<u8>,
    /// Where the file is, for the next 60 seconds; only when it is completed.
    #[serde(default)]
    pub location: Option<String>,
}

impl Client {
    /// Queues an export and gives the id of its job. Scope `read:users`. An export changes nothing, so a request whose
    /// answer is lost is sent again.
    ///
    /// # Errors
    /// As any call; [`Error::Refused`] when a field makes no sense or the connection does not exist.
    pub async fn export_users(&self, request: &ExportRequest) -> Result<String, Error> {
        let body = serde_json::to_value(request)
            .map_err(|error| Error::Config(format!("the export cannot be asked for: {error}")))?;
        let call = Call::new(Method::POST, "api/v2/jobs/users-exports").json(&body).idempotent();
        let job: ExportJob = self.send(call).await?.json("POST jobs/users-exports")?;
        Ok(job.id)
    }

    /// An export job. None when the tenant has no such job (any more): job data is deleted after 24 hours.
    ///
    /// # Errors
    /// As any call.
    pub async fn export_job(&self, id: &str) -> Result<Option<ExportJob>, Error> {
        match self.send(Call::new(Method::GET, "api/v2/jobs").at(&[id])).await {
            Ok(answer) => answer.json("GET jobs/ID").map(Some),
            Err(error) => gone(error).map(|()| None),
        }
    }

    /// Downloads the file of a completed export, gzip as it comes, into a file of mode 0600 at `path`, and gives its
    /// length in bytes. What breaks off is begun anew with a new link.
    ///
    /// # Errors
    /// As any call; [`Error::Config`] when the link leads to plain http elsewhere or the disk refuses;
    /// [`Error::Answer`] when the job has no file.
    pub async fn download_export(&self, job: &str, path: &Path) -> Result<u64, Error> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            let known = self.export_job(job).await?;
            let location = known.and_then(|job| job.location).ok_or_else(|| Error::Answer {
                what: "GET jobs/ID".to_owned(),
                cause: "the export has no file (any more)".to_owned(),
            })?;
            match self.fetch(&location, path).await {
                // A link that is too old is refused with 403.
                Err(error)
                    if attempt < MAX_DOWNLOADS && (error.is_passing() || error.status() == Some(403)) =>
                {
                    tokio::time::sleep(outbound::back_off(attempt)).await;
                }
                done => return done,
            }
        }
    }

    /// One download. The link is signed: no token is sent along, since it leads to a store that is not the tenant.
    async fn fetch(&self, location: &str, path: &Path) -> Result<u64, Error> {
        let disk = |error: std::io::Error| Error::Config(format!("{}: {error}", path.display()));
        let url = Url::parse(location).map_err(|error| Error::Answer {
            what: "GET jobs/ID".to_owned(),
            cause: format!("the location of the file is no URL: {error}"),
        })?;
        check_url(&url)?;
        self.inner.counter.with(|counts| *counts.requests.entry(DOWNLOAD.to_owned()).or_default() += 1);
        let request = self.inner.http.get(url).timeout(DOWNLOAD_TIMEOUT);
        let mut response = request.send().await.map_err(|error| broken(outbound::cause(error)))?;
        let status = response.status();
        if status.is_client_error() {
            let refusal = Refusal { status: status.as_u16(), ..Refusal::default() };
            return Err(Error::Refused { what: DOWNLOAD.to_owned(), refusal });
        }
        if !status.is_success() {
            return Err(broken(status.to_string()));
        }
        let announced = response.content_length();
        let mut options = tokio::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        options.mode(0o600);
        let mut file = options.open(path).await.map_err(disk)?;
        let mut length = 0_u64;
        loop {
            let chunk = tokio::time::timeout(SILENCE, response.chunk())
                .await
                .map_err(|_| broken(format!("nothing came for {} seconds", SILENCE.as_secs())))?;
            let Some(chunk) = chunk.map_err(|error| broken(outbound::cause(error)))? else { break };
            length += u64::try_from(chunk.len()).unwrap_or(0);
            file.write_all(&chunk).await.map_err(disk)?;
        }
        file.flush().await.map_err(disk)?;
        match announced {
            Some(announced) if announced != length => {
                Err(broken(format!("{length} of {announced} bytes came")))
            }
            _ => Ok(length),
        }
    }
}

fn broken(cause: String) -> Error {
    Error::Passing { what: DOWNLOAD.to_owned(), attempts: 1, cause, maybe_done: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_asked_for_is_not_sent() {
        let bare = serde_json::to_string(&ExportRequest::default()).unwrap();
        assert_eq!(bare, r#"{"format":"json"}"#);
        let field =
            ExportField { name: "identities[0].connection".to_owned(), export_as: Some("c".to_owned()) };
        let full = ExportRequest {
            connection_id: Some("con_0123456789abcdef".to_owned()),
            format: ExportFormat::Csv,
            limit: Some(5),
            fields: vec![field, ExportField { name: "email".to_owned(), export_as: None }],
        };
        assert_eq!(
            serde_json::to_string(&full).unwrap(),
            r#"{"connection_id":"con_0123456789abcdef","format":"csv","limit":5,"fields":[{"name":"identities[0].connection","export_as":"c"},{"name":"email"}]}"#
        );
    }
}
