//! Users who were set aside, or refused by the tenant, mended by a person and sent again.
//!
//! [`page`] lists them, [`Mender::record`] reads what stands in the input, [`Mender::draft`] makes of it the user that a
//! person edits, [`Mender::judge_in_place`] screens what they made of it beside the others of the run, and [`Mender::store`] keeps it in `mended.ndjson`, from
//! where [`crate::retry`] takes it. The report of the run stays what it was; the run that sends them again has its own.

mod became;
mod draft;
mod error;
mod hide;
mod list;
mod mended;
mod others;
mod record;
mod refused;
mod secret;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::SystemTime;

use mapping::Mapping;

pub use became::{Became, End, became};
pub use draft::Draft;
pub use error::MendError;
pub use hide::{Hidden, hide};
pub use list::{Item, Line, Page, Position, SetAside, item, page};
pub(crate) use mended::each;
pub use mended::{Mended, Progress, progress};
pub use refused::Refused;
pub(crate) use refused::{is_refused, place};
pub use secret::is_secret;

use self::others::Others;
use crate::prepare::{Kind, PrepareOptions};
use crate::run::{MAPPING, Manifest, RunFolder};
use crate::screen::Policies;

/// A run whose users are mended, with what it was prepared with.
#[derive(Debug)]
pub struct Mender {
    folder: RunFolder,
    manifest: Manifest,
    mapping: Mapping,
    options: PrepareOptions,
    /// Inputs that were held against the manifest: their size and time of change then.
    known: Mutex<HashMap<PathBuf, (u64, Option<SystemTime>)>>,
    /// Who else is in the run, once somebody was judged.
    others: Mutex<Option<Others>>,
}

impl Mender {
    /// Opens a prepared run.
    ///
    /// # Errors
    /// [`MendError::Run`] when it is none; [`MendError::NoMapping`] when an earlier version prepared it.
    pub fn open(folder: &RunFolder) -> Result<Self, MendError> {
        let manifest = folder.manifest()?;
        let document = std::fs::read_to_string(folder.file(MAPPING))
            .map_err(|_| MendError::NoMapping(folder.path().to_owned()))?;
        if blake3::hash(document.as_bytes()).to_hex().as_str() != manifest.mapping {
            return Err(MendError::Changed(folder.file(MAPPING)));
        }
        let policies = Policies::of_record(&manifest.policies);
        let mapping = Mapping::compile(&document, &policies.identifiers)?;
        let options = PrepareOptions {
            kind: manifest.kind,
            read: manifest.read,
            policies,
            document,
            ..PrepareOptions::default()
        };
        Ok(Self {
            folder: folder.clone(),
            manifest,
            mapping,
            options,
            known: Mutex::default(),
            others: Mutex::default(),
        })
    }

    /// The run.
    #[must_use]
    pub fn folder(&self) -> &RunFolder {
        &self.folder
    }

    /// The mapping of the run.
    #[must_use]
    pub fn mapping(&self) -> &Mapping {
        &self.mapping
    }

    /// Whether the records of the run are accounts, or users already.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.manifest.kind
    }

    /// How the run was prepared.
    #[must_use]
    pub fn options(&self) -> &PrepareOptions {
        &self.options
    }
}
