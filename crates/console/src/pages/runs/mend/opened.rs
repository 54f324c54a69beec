//! A record that was set aside, and the user that is in it.

use std::sync::Arc;

use engine::Failure;
use migration::mend::{self, Draft, Hidden, Item, MendError, Mender, Progress, hide};
use migration::prepare::Judged;
use serde_json::{Map, Value};

use super::super::find;
use crate::app::App;
use crate::error::PageError;

/// A record that was set aside.
pub(super) struct Opened {
    mender: Arc<Mender>,
    /// Its line.
    pub(super) item: Item,
    /// Its text without secrets, edited or as it was read.
    pub(super) covered: Hidden,
    /// Whether the text was edited.
    pub(super) is_edited: bool,
    /// The user in it; or why there is none.
    pub(super) draft: Result<Draft, MendError>,
    /// How far it has come, when it was mended before.
    pub(super) progress: Option<Progress>,
}

/// Opens it. `edited` stands in the place of the record, with secrets still covered.
pub(super) async fn open(app: &App, run: &str, at: u64, edited: Option<&str>) -> Result<Opened, PageError> {
    let folder = find(app, run)?;
    let (app, edited) = (app.clone(), edited.map(|text| text.replace("\r\n", "\n")));
    let work = move || -> Result<Option<Opened>, MendError> {
        let mender = app.menders().open(&folder)?;
        let Some(item) = mend::item(&folder, at)? else { return Ok(None) };
        let mut covered = hide(&mender.record(&item.line.position)?);
        let is_edited = edited.is_some();
        if let Some(edited) = edited {
            covered.text = edited;
        }
        let draft = mender.draft(&covered.reveal(&covered.text), &item.line.position.input);
        let progress = mend::progress(&folder)?.remove(&item.line.position);
        Ok(Some(Opened { mender, item, covered, is_edited, draft, progress }))
    };
    let opened = tokio::task::spawn_blocking(work).await.map_err(Failure::bug)??;
    opened.ok_or_else(|| PageError::missing("nobody of this run stands there; look at the list again"))
}

impl Opened {
    /// What is edited, together with what is secret in the record.
    fn whole(&self, user: Map<String, Value>) -> Map<String, Value> {
        match &self.draft {
            Ok(draft) => draft.edited(user),
            Err(_) => user,
        }
    }

    /// What the screen says to a user.
    pub(super) fn judge(&self, user: Map<String, Value>) -> Judged {
        self.mender.judge(&self.whole(user))
    }

    /// Keeps a user.
    pub(super) fn store(&self, user: Map<String, Value>) -> Result<(), MendError> {
        self.mender.store(&self.item.line, self.whole(user))
    }
}
