//! A user who was set aside or refused, and what is known of it.

use std::sync::Arc;

use engine::Failure;
use migration::mend::{self, Draft, Hidden, MendError, Mender, Position, Progress, Refused, SetAside, hide};
use migration::prepare::Judged;
use migration::retry::Chain;
use migration::run::RunFolder;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::super::find;
use crate::app::App;
use crate::error::PageError;

/// Where the user stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum List {
    /// In `set-aside.ndjson`.
    SetAside,
    /// In `retry.ndjson`.
    Refused,
}

impl List {
    /// As it stands in paths.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::SetAside => "set-aside",
            Self::Refused => "refused",
        }
    }
}

/// A line of either list.
#[derive(Debug)]
pub(super) enum Line {
    SetAside(SetAside),
    Refused(Refused),
}

/// A user who can be mended.
pub(super) struct Opened {
    mender: Arc<Mender>,
    /// First byte of its line.
    pub(super) at: u64,
    /// Its line.
    pub(super) line: Line,
    /// The text of the record without secrets, edited or as it was read; empty when the user itself is known.
    pub(super) covered: Hidden,
    /// Whether the text was edited.
    pub(super) is_edited: bool,
    /// The user in it; or why there is none.
    pub(super) draft: Result<Draft, MendError>,
    /// How far it has come, when it was mended before or was sent again as it was.
    pub(super) progress: Option<Progress>,
}

/// Opens it. `edited` stands in the place of the record, with secrets still covered.
pub(super) async fn open(
    app: &App,
    run: &str,
    list: List,
    at: u64,
    edited: Option<&str>,
) -> Result<Opened, PageError> {
    let folder = find(app, run)?;
    let (app, edited) = (app.clone(), edited.map(|text| text.replace("\r\n", "\n")));
    let work = move || -> Result<Option<Opened>, MendError> {
        let mender = app.menders().open(&folder)?;
        match list {
            List::SetAside => set_aside(mender, &folder, at, edited),
            List::Refused => refused(mender, &folder, at),
        }
    };
    let opened = tokio::task::spawn_blocking(work).await.map_err(Failure::bug)??;
    opened.ok_or_else(|| PageError::missing("nobody of this run stands there; look at the list again"))
}

fn set_aside(
    mender: Arc<Mender>,
    folder: &RunFolder,
    at: u64,
    edited: Option<String>,
) -> Result<Option<Opened>, MendError> {
    let Some(item) = mend::item::<SetAside>(folder, at)? else { return Ok(None) };
    let mut covered = hide(&mender.record(&item.line.position)?);
    let is_edited = edited.is_some();
    if let Some(edited) = edited {
        covered.text = edited;
    }
    let draft = mender.draft(&covered.reveal(&covered.text), &item.line.position.input);
    let progress = mend::progress(folder)?.remove(&item.line.position);
    Ok(Some(Opened { mender, at, line: Line::SetAside(item.line), covered, is_edited, draft, progress }))
}

fn refused(mender: Arc<Mender>, folder: &RunFolder, at: u64) -> Result<Option<Opened>, MendError> {
    let Some(item) = mend::item::<Refused>(folder, at)? else { return Ok(None) };
    let draft = Ok(Draft::of(item.line.user.clone()));
    let sent = Chain::of(folder)?.after(&folder.name()).map(Progress::Sent);
    let progress = match sent {
        None => mend::progress(folder)?.remove(&item.line.position()),
        sent => sent,
    };
    let covered = hide("");
    Ok(Some(Opened {
        mender,
        at,
        line: Line::Refused(item.line),
        covered,
        is_edited: false,
        draft,
        progress,
    }))
}

impl Line {
    /// Stable code of the reason.
    pub(super) fn code(&self) -> &str {
        match self {
            Self::SetAside(line) => &line.code,
            Self::Refused(line) => &line.code,
        }
    }

    /// Who it is.
    pub(super) fn name(&self) -> String {
        let row = |Position { record, .. }: Position| format!("record {record}");
        match self {
            Self::SetAside(line) => line.uid.clone().unwrap_or_else(|| row(line.position.clone())),
            Self::Refused(line) => line.uid().map_or_else(|| row(line.position()), str::to_owned),
        }
    }

    /// The list that it stands in.
    pub(super) fn list(&self) -> List {
        match self {
            Self::SetAside(_) => List::SetAside,
            Self::Refused(_) => List::Refused,
        }
    }
}

impl Opened {
    /// What is edited, together with what is secret in the record.
    fn whole(&self, user: Map<String, Value>) -> Map<String, Value> {
        match &self.draft {
            Ok(draft) => draft.edited(user),
            Err(_) => user,
        }
    }

    /// What the screen says to a user beside all others of the run.
    pub(super) fn judge(&self, user: Map<String, Value>) -> Result<Judged, MendError> {
        let whole = self.whole(user);
        match &self.line {
            Line::SetAside(line) => self.mender.judge_in_place(&whole, &line.position, line.uid.as_deref()),
            Line::Refused(line) => self.mender.judge_in_place(&whole, &line.position(), line.uid()),
        }
    }

    /// Keeps a user.
    pub(super) fn store(&self, user: Map<String, Value>) -> Result<(), MendError> {
        let whole = self.whole(user);
        match &self.line {
            Line::Refused(line) => self.mender.store_refused(line, whole),
            Line::SetAside(line) => {
                let identities = self.draft.as_ref().map_or(&[][..], |draft| &draft.identities);
                self.mender.store(line, whole, identities)
            }
        }
    }
}
