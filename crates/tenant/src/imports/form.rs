//! The multipart body of an import.

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use futures_util::stream;

use crate::error::ApiError;

/// Most bytes of the whole request body, the multipart frame included.
pub(super) const MAX_BODY: usize = 512_000;

/// How much of a body that is too long is still read, so that a client that sends before it reads gets the answer.
const MAX_DRAINED: usize = 64 * 1024 * 1024;

/// The parts that mean something, in whatever order they came; others are passed over.
#[derive(Debug, Default)]
pub(super) struct Form {
    /// `users`: the file.
    pub(super) users: Option<Bytes>,
    /// `connection_id`
    pub(super) connection_id: Option<String>,
    /// `upsert`
    pub(super) upsert: Option<String>,
    /// `external_id`
    pub(super) external_id: Option<String>,
    /// `send_completion_email`
    pub(super) send_completion_email: Option<String>,
}

impl Form {
    /// Reads it.
    ///
    /// # Errors
    /// 413 when the body is longer than [`MAX_BODY`], announced or not; 400 when it is not multipart.
    pub(super) async fn read(headers: &HeaderMap, body: Body) -> Result<Self, ApiError> {
        let bytes = read_bounded(body).await?;
        let boundary = headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| multer::parse_boundary(value).ok())
            .ok_or_else(malformed)?;
        let whole = stream::once(async move { Ok::<_, std::io::Error>(bytes) });
        let mut parts = multer::Multipart::new(whole, boundary);
        let mut form = Self::default();
        while let Some(part) = parts.next_field().await.map_err(|_| malformed())? {
            let name = part.name().unwrap_or_default().to_owned();
            let content = part.bytes().await.map_err(|_| malformed())?;
            let text = || String::from_utf8_lossy(&content).into_owned();
            match name.as_str() {
                "users" => form.users = Some(content),
                "connection_id" => form.connection_id = Some(text()),
                "upsert" => form.upsert = Some(text()),
                "external_id" => form.external_id = Some(text()),
                "send_completion_email" => form.send_completion_email = Some(text()),
                _ => {}
            }
        }
        Ok(form)
    }
}

async fn read_bounded(body: Body) -> Result<Bytes, ApiError> {
    let mut chunks = body.into_data_stream();
    let mut bytes = BytesMut::new();
    let mut length = 0_usize;
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| malformed())?;
        length = length.saturating_add(chunk.len());
        if length <= MAX_BODY {
            bytes.extend_from_slice(&chunk);
        } else if length > MAX_DRAINED {
            break;
        }
    }
    if length > MAX_BODY {
        let message = format!("Payload content length greater than maximum allowed: {MAX_BODY}");
        return Err(ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, message));
    }
    Ok(bytes.freeze())
}

fn malformed() -> ApiError {
    ApiError::invalid_body("Payload validation error: 'Invalid multipart payload format'.")
}
