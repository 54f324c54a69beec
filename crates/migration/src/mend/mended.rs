//! `mended.ndjson`: the users that a person has mended, in the order in which that was done. Lines are only ever added; of
//! several for one record the last counts.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::fs::OpenOptionsExt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{MendError, Mender, Position, Refused, SetAside};
use crate::linking;
use crate::prepare::Fate;
use crate::retry::Chain;
use crate::run::{RunError, RunFolder};

/// The file, in the run folder.
const FILE: &str = "mended.ndjson";

/// A line of `mended.ndjson`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mended {
    /// The record that was set aside; for a user who was refused, its part and row.
    pub position: Position,
    /// UID of the account, when it is known.
    pub uid: Option<String>,
    /// The user as a person has mended it, password hash included.
    pub user: Map<String, Value>,
    /// Its social identities, as `linking.ndjson` names them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identities: Vec<Value>,
}

/// How far a mended user has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// It waits to be sent.
    Waiting,
    /// It went with this run, whose `id-map.csv` and `set-aside.ndjson` say what became of it.
    Sent(String),
}

impl Mender {
    /// Keeps the mended user of a record that was set aside, when the screen lets it pass. `identities` are those of its draft.
    ///
    /// # Errors
    /// [`MendError::SetAside`] when it does not; [`MendError::Io`].
    pub fn store(
        &self,
        line: &SetAside,
        user: Map<String, Value>,
        identities: &[Value],
    ) -> Result<(), MendError> {
        let identities = identities.to_vec();
        self.keep(&Mended { position: line.position.clone(), uid: line.uid.clone(), user, identities })
    }

    /// Keeps the mended form of a user whom the tenant has refused, when the screen lets it pass.
    ///
    /// # Errors
    /// [`MendError::SetAside`] when it does not; [`MendError::SentAgain`] when a later run has sent it, and so decides;
    /// [`MendError::NoRow`]; [`MendError::Io`].
    pub fn store_refused(&self, line: &Refused, user: Map<String, Value>) -> Result<(), MendError> {
        if line.row == 0 {
            return Err(MendError::NoRow);
        }
        let chain = Chain::of(&self.folder)?;
        if let Some(by) = chain.after(&self.folder.name()) {
            return Err(MendError::SentAgain(by));
        }
        let mut identities = Vec::new();
        for run in chain.runs().iter().rev() {
            if identities.is_empty() {
                identities = linking::of_user(run, &line.user)
                    .map_err(|source| MendError::Io { path: run.file("linking.ndjson"), source })?;
            }
        }
        self.keep(&Mended { position: line.position(), uid: line.uid().map(str::to_owned), user, identities })
    }

    fn keep(&self, mended: &Mended) -> Result<(), MendError> {
        if let Fate::SetAside { code, reason } =
            self.judge_in_place(&mended.user, &mended.position, mended.uid.as_deref())?.fate
        {
            return Err(MendError::SetAside { code, reason });
        }
        let path = self.folder.file(FILE);
        let mut text = serde_json::to_vec(mended).unwrap_or_default();
        text.push(b'\n');
        OpenOptions::new()
            .append(true)
            .create(true)
            .mode(0o600)
            .open(&path)
            .and_then(|mut file| file.write_all(&text).and_then(|()| file.sync_all()))
            .map_err(|source| MendError::Io { path, source })
    }
}

/// How far each mended record of a run has come.
///
/// # Errors
/// [`MendError::Io`]; [`MendError::Run`] when a run that has sent some cannot be read.
pub fn progress(folder: &RunFolder) -> Result<HashMap<Position, Progress>, MendError> {
    let mut all = HashMap::new();
    let chain = match Chain::of(folder) {
        // Nobody mends what was not prepared to its end.
        Err(RunError::NotARun(_)) => return Ok(all),
        chain => chain?,
    };
    let mut number = 0;
    each(folder, |mended| {
        number += 1;
        let sent = chain.taker(&folder.name(), number);
        all.insert(mended.position, sent.map_or(Progress::Waiting, Progress::Sent));
    })
    .map_err(|source| MendError::Io { path: folder.file(FILE), source })?;
    Ok(all)
}

/// Shows every whole line of a run's `mended.ndjson`. A last line that was cut is none.
pub(crate) fn each(folder: &RunFolder, mut visit: impl FnMut(Mended)) -> io::Result<()> {
    let file = match File::open(folder.file(FILE)) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for line in BufReader::new(file).lines() {
        if let Ok(mended) = serde_json::from_str(&line?) {
            visit(mended);
        }
    }
    Ok(())
}
