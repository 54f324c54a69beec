//! `GET /export/files/FILE`: the file of an export, as a download.

use axum::extract::{Path, State};
use axum::response::Response;

use crate::app::App;
use crate::error::PageError;
use crate::ui::download;

pub(super) async fn download_file(
    State(app): State<App>,
    Path(file): Path<String>,
) -> Result<Response, PageError> {
    let path = app.exports().path(&file).ok_or_else(|| PageError::missing("there is no such file"))?;
    download(&path, &file).await
}
