//! What became of users who were mended.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::{MendError, Position, Progress, SetAside, each, page, progress};
use crate::run::RunFolder;
use crate::trace::trace;

/// A mended user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Became {
    /// Who it is: its id, or its address.
    pub name: String,
    /// How far it has come.
    pub progress: Progress,
    /// Where it has ended in the run that sent it; none as long as it has not.
    pub end: Option<End>,
}

/// Where a mended user has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// It is at the tenant, under this full id.
    There(String),
    /// The tenant refused it.
    Refused,
    /// It was set aside again, for this reason.
    SetAside(String),
}

/// What became of each mended user of a run, in the order in which they were mended.
///
/// # Errors
/// [`MendError`] when a file of the run, or of one that has sent some, cannot be read.
pub fn became(folder: &RunFolder) -> Result<Vec<Became>, MendError> {
    let mut progress = progress(folder)?;
    let mut last: Vec<(Position, Map<String, Value>)> = Vec::new();
    each(folder, |mended| {
        last.retain(|(position, _)| *position != mended.position);
        last.push((mended.position, mended.user));
    })
    .map_err(|source| MendError::Io { path: folder.file("mended.ndjson"), source })?;
    let mut asides: HashMap<String, Vec<SetAside>> = HashMap::new();
    let mut all = Vec::with_capacity(last.len());
    for (position, user) in last {
        let text = |name: &str| user.get(name).and_then(Value::as_str).unwrap_or_default();
        let (id, email) = (text("user_id"), text("email"));
        let name = if id.is_empty() { email } else { id }.to_owned();
        let Some(progress) = progress.remove(&position) else { continue };
        let end = match &progress {
            Progress::Waiting => None,
            Progress::Sent(by) => {
                let run = RunFolder::at(&folder.path().with_file_name(by));
                let found = trace(&run, id, Some(email).filter(|_| id.is_empty())).map_err(|error| {
                    MendError::Io { path: run.file("id-map.csv"), source: std::io::Error::other(error) }
                })?;
                let aside = match asides.get(by) {
                    Some(aside) => aside,
                    None => asides.entry(by.clone()).or_insert(set_aside(&run)?),
                };
                match found {
                    Some(found) if found.is_refused() => Some(End::Refused),
                    Some(found) => Some(End::There(found.user_id)),
                    None => aside
                        .iter()
                        .find(|line| !id.is_empty() && line.uid.as_deref() == Some(id))
                        .map(|line| End::SetAside(line.reason.clone())),
                }
            }
        };
        all.push(Became { name, progress, end });
    }
    Ok(all)
}

/// Whoever was set aside in a run that sends mended users; they are as few as those.
fn set_aside(run: &RunFolder) -> Result<Vec<SetAside>, MendError> {
    let page = page::<SetAside>(run, 0, None, usize::MAX)?;
    Ok(page.items.into_iter().map(|item| item.line).collect())
}
