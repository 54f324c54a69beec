//! `GET /runs/NAME/files/FILE`: a file of a run, as a download.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use tokio::io::AsyncReadExt as _;

use super::find;
use crate::app::App;
use crate::error::PageError;

/// A file that is handed out.
pub(super) struct File {
    pub(super) name: &'static str,
    pub(super) what: &'static str,
}

/// Those of the contract that a person reads. Parts, ledger and manifest stay where they are: nobody works on them by hand.
pub(super) const FILES: &[File] = &[
    File { name: "report.html", what: "the report, in one file to hand on" },
    File { name: "report.json", what: "the same as data" },
    File { name: "id-map.csv", what: "UID at Gigya and id at Auth0, with what became of each user" },
    File { name: "set-aside.ndjson", what: "who was not imported, with reason and advice" },
    File { name: "retry.ndjson", what: "who was refused by the tenant" },
    File { name: "lazy.ndjson", what: "who was left for the first login" },
    File { name: "linking.ndjson", what: "social identities to link" },
    File { name: "spilled.ndjson", what: "what did not fit into a profile" },
    File { name: "mapping.toml", what: "the mapping that was used" },
];

/// Bytes that are read at a time.
const PIECE: usize = 1 << 17;

pub(super) async fn download(
    State(app): State<App>,
    Path((run, file)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let folder = find(&app, &run)?;
    let known = FILES.iter().find(|known| known.name == file);
    let missing = || PageError::missing("this run has no such file");
    let name = known.ok_or_else(missing)?.name;
    let opened = tokio::fs::File::open(folder.file(name)).await.map_err(|_| missing())?;
    let pieces = futures_util::stream::try_unfold(opened, |mut file| async move {
        let mut piece = Vec::with_capacity(PIECE);
        (&mut file).take(PIECE as u64).read_to_end(&mut piece).await?;
        Ok::<_, std::io::Error>((!piece.is_empty()).then_some((piece, file)))
    });
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, Body::from_stream(pieces)).into_response())
}
