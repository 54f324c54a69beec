//! `POST /import/files`: files that were dropped on the page. Each goes to the disk as it comes; when it is whole it becomes
//! part of a run.

use std::os::unix::fs::DirBuilderExt as _;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use engine::Failure;
use futures_util::StreamExt as _;
use multer::{Constraints, Field, Multipart, SizeLimit};
use tokio::io::AsyncWriteExt as _;

use crate::app::App;
use crate::error::PageError;
use crate::guard::{FIELD, UPLOADS, multipart_is_verified};

/// Longest name that a file keeps, in characters and in bytes: the file systems of Linux take 255 bytes.
const LONGEST_NAME: usize = 120;
const MOST_BYTES: usize = 250;

/// Longest token in a form, bytes.
const LONGEST_TOKEN: u64 = 1_000;

pub(crate) fn routes() -> Router<App> {
    Router::new().route(UPLOADS, post(upload))
}

async fn upload(State(app): State<App>, request: Request) -> Result<Response, PageError> {
    let (head, body) = request.into_parts();
    let from_script = head.headers.contains_key("x-csrf-token");
    let kind = head.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
    let boundary = multer::parse_boundary(kind).map_err(|error| PageError::bad(error.to_string()))?;
    // The files are streamed; the token in front of them is held, and short.
    let sizes = SizeLimit::new().for_field(FIELD, LONGEST_TOKEN);
    let bounds = Constraints::new().size_limit(sizes);
    let mut form = Multipart::with_constraints(body.into_data_stream(), boundary, bounds);
    let broken = |error: multer::Error| PageError::bad(format!("the upload broke off: {error}"));
    if !from_script {
        let first = form.next_field().await.map_err(broken)?;
        let name = first.as_ref().and_then(|field| field.name().map(str::to_owned));
        let value = match first.filter(|_| name.as_deref() == Some(FIELD)) {
            Some(field) => field.text().await.map_err(broken)?,
            None => String::new(),
        };
        multipart_is_verified(app.session(), name.as_deref(), &value)?;
    }
    let mut count = 0;
    while let Some(field) = form.next_field().await.map_err(broken)? {
        // A browser sends an empty part when no file was chosen.
        if field.file_name().is_none_or(str::is_empty) {
            continue;
        }
        take(&app, field).await?;
        count += 1;
    }
    if from_script {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    if count == 0 {
        return Err(PageError::bad("no file was chosen"));
    }
    Ok(Redirect::to("/import").into_response())
}

/// Stores one file and gives it to its run. Half a file is no file: it goes when the upload breaks off.
async fn take(app: &App, mut field: Field<'_>) -> Result<(), PageError> {
    let name = safe_name(field.file_name().unwrap_or(""));
    let failed = |error: std::io::Error| Failure::stopped(format!("{name} cannot be stored: {error}"));
    let place = app.setup().uploads();
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&place).map_err(failed)?;
    let file = tempfile::NamedTempFile::new_in(&place).map_err(failed)?;
    let stored = store(file.reopen().map_err(failed)?, &mut field).await;
    let bytes = stored.map_err(|error| PageError::bad(format!("{name}: the upload broke off: {error}")))?;
    let app = app.clone();
    let taken =
        tokio::task::spawn_blocking(move || app.work().take(app.setup().home(), file.path(), &name, bytes));
    Ok(taken.await.map_err(Failure::bug)??)
}

async fn store(file: std::fs::File, field: &mut Field<'_>) -> std::io::Result<u64> {
    let mut file = tokio::io::BufWriter::with_capacity(1 << 18, tokio::fs::File::from_std(file));
    let mut bytes = 0;
    while let Some(chunk) = field.next().await {
        let chunk = chunk.map_err(std::io::Error::other)?;
        bytes += chunk.len() as u64;
        file.write_all(&chunk).await?;
    }
    file.flush().await?;
    Ok(bytes)
}

/// A name that stays in its folder: the last component, without control characters, not hidden.
fn safe_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or("");
    let mut kept: String = last.chars().filter(|c| !c.is_control() && *c != ':').take(LONGEST_NAME).collect();
    while kept.len() > MOST_BYTES {
        kept.pop();
    }
    let kept = kept.trim().trim_start_matches('.').to_owned();
    if kept.is_empty() { "file".to_owned() } else { kept }
}

#[cfg(test)]
mod tests {
    use super::safe_name;

    #[test]
    fn a_name_stays_in_its_folder() {
        for (name, safe) in [
            ("users.json", "users.json"),
            ("../../etc/passwd", "passwd"),
            ("..\\..\\boot.ini", "boot.ini"),
            ("..", "file"),
            ("", "file"),
            (".hidden", "hidden"),
            ("a\u{0}b\n.json", "ab.json"),
            ("C:\\x\\2026-11-24T10:00.json", "2026-11-24T1000.json"),
        ] {
            assert_eq!(safe_name(name), safe, "{name:?}");
        }
        assert_eq!(safe_name(&"ž".repeat(500)).chars().count(), super::LONGEST_NAME);
        for (character, count) in [("名", 83), ("🙂", 62)] {
            assert_eq!(safe_name(&character.repeat(119)), character.repeat(count));
        }
    }
}
