//! `GET /exports/{job}/{file}`: the file of an export, by a link of `GET /api/v2/jobs/{id}`.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use bytes::{Bytes, BytesMut};
use futures_util::stream;
use tokio::fs::File;
use tokio::io::AsyncReadExt as _;

use super::link::{self, Fault};
use super::{FOLDER, jobs};
use crate::query::Query;
use crate::state::AppState;

/// Bytes that are read at a time.
const CHUNK: usize = 256 * 1024;

/// Sends the file, compressed as it lies. The link is all that is asked for; refusals are in the words of the store
/// that Auth0's links lead to.
pub(super) async fn download(
    State(state): State<AppState>,
    Path((id, name)): Path<(String, String)>,
    query: Query,
) -> Response {
    let now = state.now_ms();
    let job = match state.store().read(move |db| jobs::by_id(db, &id, now)).await {
        Ok(Some(job)) if job.is_completed() => job,
        Ok(_) => return refusal(StatusCode::NOT_FOUND, "NoSuchKey", "The specified key does not exist."),
        Err(error) => {
            tracing::error!(%error, "the store failed");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    let text = |name: &str| query.get(name).unwrap_or_default();
    match link::check(&job, text("Expires"), text("Signature"), now) {
        Ok(()) => {}
        Err(Fault::Expired) => return refusal(StatusCode::FORBIDDEN, "AccessDenied", "Request has expired"),
        Err(Fault::Forged) => return refusal(StatusCode::FORBIDDEN, "AccessDenied", "Access denied"),
    }
    let path = state.folder().join(FOLDER).join(job.file_name());
    let (file, length) = match open(&path).await {
        Ok(opened) => opened,
        Err(error) => {
            tracing::error!(%error, "the file of an export cannot be read");
            return refusal(StatusCode::NOT_FOUND, "NoSuchKey", "The specified key does not exist.");
        }
    };
    // Only letters that a job's name has can stand in a header.
    let safe = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
    let name = if safe { name } else { job.file_name() };
    let headers = [
        (header::CONTENT_TYPE, "application/gzip".to_owned()),
        (header::CONTENT_LENGTH, length.to_string()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, Body::from_stream(stream::unfold(Some(file), chunk))).into_response()
}

async fn open(path: &std::path::Path) -> std::io::Result<(File, u64)> {
    let file = File::open(path).await?;
    let length = file.metadata().await?.len();
    Ok((file, length))
}

async fn chunk(file: Option<File>) -> Option<(std::io::Result<Bytes>, Option<File>)> {
    let mut file = file?;
    let mut bytes = BytesMut::with_capacity(CHUNK);
    match file.read_buf(&mut bytes).await {
        Ok(0) => None,
        Ok(_) => Some((Ok(bytes.freeze()), Some(file))),
        Err(error) => Some((Err(error), None)),
    }
}

fn refusal(status: StatusCode, code: &str, message: &str) -> Response {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    );
    (status, [(header::CONTENT_TYPE, "application/xml")], body).into_response()
}
