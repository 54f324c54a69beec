//! The users of a run who were sent without a password: they need a reset, or their social login.

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead as _, BufReader, ErrorKind};

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::run::{Manifest, RunFolder};
use crate::settle::{Keys, PartFile, PartFileError};

/// A user without a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passwordless {
    /// Full id at the tenant; empty when none was sent.
    pub user_id: String,
    /// Address; empty when there is none.
    pub email: String,
    /// Whether the account has a social identity (`linking.ndjson`).
    pub social: bool,
}

/// The users without a password, part by part, so that memory does not grow with their number.
#[derive(Debug)]
pub struct WithoutPassword {
    folder: RunFolder,
    manifest: Manifest,
    social: HashSet<String>,
    next: usize,
}

/// A line of `linking.ndjson`.
#[derive(Deserialize)]
struct Line {
    user_id: Option<String>,
}

/// A user of a part, as far as it matters here.
#[derive(Deserialize)]
struct Sent {
    #[serde(flatten)]
    keys: Keys,
    password_hash: Option<IgnoredAny>,
    custom_password_hash: Option<IgnoredAny>,
}

impl WithoutPassword {
    /// Of a prepared run. The ids of users with social identities are kept in memory.
    ///
    /// # Errors
    /// When the run or `linking.ndjson` cannot be read.
    pub fn of(folder: &RunFolder) -> std::io::Result<Self> {
        let manifest = folder.manifest().map_err(std::io::Error::other)?;
        let mut social = HashSet::new();
        match File::open(folder.file("linking.ndjson")) {
            Ok(file) => {
                for line in BufReader::new(file).lines() {
                    social.extend(serde_json::from_str::<Line>(&line?).ok().and_then(|line| line.user_id));
                }
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        Ok(Self { folder: folder.clone(), manifest, social, next: 0 })
    }

    /// Those of the next part; None after the last.
    ///
    /// # Errors
    /// When the part is not the one that was prepared.
    pub fn next_part(&mut self) -> Result<Option<Vec<Passwordless>>, PartFileError> {
        let Some(part) = self.manifest.parts.get(self.next) else { return Ok(None) };
        self.next += 1;
        let file = PartFile::load(&self.folder, part)?;
        let users = file.texts()?.into_iter().filter_map(|text| {
            let sent: Sent = serde_json::from_str(text.get()).ok()?;
            if sent.password_hash.is_some() || sent.custom_password_hash.is_some() {
                return None;
            }
            let user_id = sent.keys.user_id.map(|id| format!("auth0|{id}")).unwrap_or_default();
            let social = self.social.contains(&user_id);
            Some(Passwordless { user_id, email: sent.keys.email.unwrap_or_default(), social })
        });
        Ok(Some(users.collect()))
    }
}
