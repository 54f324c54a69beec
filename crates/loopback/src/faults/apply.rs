//! What befalls a request, carried out.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures_util::StreamExt as _;

use super::plan::Fault;
use super::running::Faults;
use crate::Peer;
use crate::stream::Line;

/// Carries a request out, or lets happen to it what the rules say. `answer` writes a status or error code of the
/// world's vocabulary as the world does.
pub async fn apply(
    faults: &Faults,
    request: Request,
    next: Next,
    answer: impl FnOnce(u32) -> Response,
) -> Response {
    let Some(fault) = faults.request(request.method().as_str(), request.uri().path()) else {
        return next.run(request).await;
    };
    tracing::debug!(?fault, method = %request.method(), path = request.uri().path(), "a fault on purpose");
    let line = request.extensions().get::<ConnectInfo<Peer>>().map(|ConnectInfo(peer)| peer.line.clone());
    match fault {
        Fault::Answer { code, after: false } => {
            read(request.into_body()).await;
            answer(code)
        }
        Fault::Answer { code, after: true } => {
            next.run(request).await;
            answer(code)
        }
        Fault::Reset { after: false } => reset(line.as_ref()),
        Fault::Reset { after: true } => {
            next.run(request).await;
            reset(line.as_ref())
        }
        Fault::Slow(time) => {
            let ms = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
            let at = faults.clock().now_ms().saturating_add(ms);
            tokio::select! {
                () = faults.clock().reach(at) => next.run(request).await,
                () = closing(line.as_ref()) => reset(line.as_ref()),
            }
        }
        Fault::Cut => cut(next.run(request).await, line.as_ref()).await,
        Fault::Hang => {
            // Read to its end, so that a client that goes away is noticed, which ends this.
            read(request.into_body()).await;
            closing(line.as_ref()).await;
            reset(line.as_ref())
        }
        // Never found for a request.
        Fault::Named { .. } => next.run(request).await,
    }
}

/// Takes a body in and throws it away: a client that is still writing would see a reset in place of the answer.
async fn read(body: Body) {
    let mut chunks = body.into_data_stream();
    while let Some(Ok(_)) = chunks.next().await {}
}

async fn closing(line: Option<&Line>) {
    match line {
        Some(line) => line.closing().await,
        None => std::future::pending().await,
    }
}

/// The answer is never written: the first byte of it finds the connection reset.
fn reset(line: Option<&Line>) -> Response {
    if let Some(line) = line {
        line.reset();
    }
    Body::empty().into_response()
}

/// The answer with the length of the whole, and its first half.
async fn cut(response: Response, line: Option<&Line>) -> Response {
    let (mut head, body) = response.into_parts();
    let Ok(whole) = axum::body::to_bytes(body, usize::MAX).await else { return reset(line) };
    if whole.is_empty() {
        return reset(line);
    }
    head.headers.insert(header::CONTENT_LENGTH, whole.len().into());
    let half = whole.slice(..whole.len() / 2);
    let body = futures_util::stream::iter([Ok(half)]).chain(futures_util::stream::once(async {
        // One turn of the connection, in which it sends what it has.
        tokio::time::sleep(Duration::from_millis(1)).await;
        Err::<Bytes, _>(std::io::Error::from(std::io::ErrorKind::ConnectionAborted))
    }));
    Response::from_parts(head, Body::from_stream(body))
}
