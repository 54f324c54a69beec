//! `GET /lanes/RUN/without-password.csv`: who was sent without a password, made part by part while it is sent.

use std::io;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use engine::Failure;
use migration::passwordless::WithoutPassword;

use super::find;
use crate::app::App;
use crate::error::PageError;

pub(super) async fn download(State(app): State<App>, Path(run): Path<String>) -> Result<Response, PageError> {
    let folder = find(&app, &run)?;
    let open = tokio::task::spawn_blocking(move || WithoutPassword::of(&folder));
    let users = open.await.map_err(Failure::bug)?.map_err(Failure::refused)?;
    let pieces = futures_util::stream::try_unfold((users, true), |(mut users, first)| async move {
        let work = tokio::task::spawn_blocking(move || piece(&mut users, first).map(|piece| (piece, users)));
        let (piece, users) = work.await.map_err(io::Error::other)??;
        Ok::<_, io::Error>(piece.map(|piece| (piece, (users, false))))
    });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"without-password.csv\""),
    ];
    Ok((headers, Body::from_stream(pieces)).into_response())
}

/// The lines of the next part, after the header when it is the first.
fn piece(users: &mut WithoutPassword, first: bool) -> io::Result<Option<Vec<u8>>> {
    let part = users.next_part().map_err(io::Error::other)?;
    if part.is_none() && !first {
        return Ok(None);
    }
    let mut rows = csv::Writer::from_writer(Vec::new());
    if first {
        rows.write_record(["user_id", "email", "social"])?;
    }
    for user in part.unwrap_or_default() {
        rows.write_record([user.user_id.as_str(), &user.email, if user.social { "true" } else { "false" }])?;
    }
    Ok(Some(rows.into_inner().map_err(|error| error.into_error())?))
}
