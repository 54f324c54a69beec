//! A file as a download, read as it is sent.

use std::path::Path;

use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use tokio::io::AsyncReadExt as _;

use crate::error::PageError;

/// Bytes that are read at a time.
const PIECE: usize = 1 << 17;

/// Sends a file under a name; the name is one of ours and fits into a header.
pub(crate) async fn download(path: &Path, name: &str) -> Result<Response, PageError> {
    let missing = |_| PageError::missing("there is no such file");
    let opened = tokio::fs::File::open(path).await.map_err(missing)?;
    let length = opened.metadata().await.map_err(missing)?.len();
    let pieces = futures_util::stream::try_unfold(opened, |mut file| async move {
        let mut piece = Vec::with_capacity(PIECE);
        (&mut file).take(PIECE as u64).read_to_end(&mut piece).await?;
        Ok::<_, std::io::Error>((!piece.is_empty()).then_some((piece, file)))
    });
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_LENGTH, length.to_string()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, Body::from_stream(pieces)).into_response())
}
