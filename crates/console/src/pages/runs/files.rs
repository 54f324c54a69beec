//! `GET /runs/NAME/files/FILE`: a file of a run, as a download.

use axum::extract::{Path, State};
use axum::response::Response;

use super::find;
use crate::app::App;
use crate::error::PageError;
use crate::ui::download as send;

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
    File { name: "sample-logins.ndjson", what: "passwords of the sample's users, to log in as one of them" },
];

pub(super) async fn download(
    State(app): State<App>,
    Path((run, file)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let folder = find(&app, &run)?;
    let known = FILES.iter().find(|known| known.name == file);
    let missing = || PageError::missing("this run has no such file");
    let name = known.ok_or_else(missing)?.name;
    send(&folder.file(name), name).await
}
