//! `file.*`: components that make files of records, records of files, and files of files.

mod compress;
mod empty;
mod format;
pub(super) mod parse;
#[cfg(feature = "stores")]
mod pgp;

pub use compress::{CompressGzip, CompressZip, UncompressGzip, UncompressZip};
#[cfg(feature = "stores")]
pub use compress::{CompressLzo, UncompressLzo};
pub use empty::Empty;
pub(super) use format::numbered;
pub use format::{FormatAam, FormatCount, FormatDsv, FormatJson, FormatKrux};
pub use parse::{ParseDsv, ParseJson};
#[cfg(feature = "stores")]
pub use pgp::{DecryptPgp, EncryptPgp};

use crate::registry::Registry;

/// Adds the components of this family.
pub(super) fn register(registry: Registry) -> Registry {
    let registry = registry
        .with::<CompressGzip>()
        .with::<CompressZip>()
        .with::<UncompressGzip>()
        .with::<UncompressZip>()
        .with::<Empty>()
        .with::<FormatAam>()
        .with::<FormatCount>()
        .with::<FormatDsv>()
        .with::<FormatJson>()
        .with::<FormatKrux>()
        .with::<ParseDsv>()
        .with::<ParseJson>();
    #[cfg(feature = "stores")]
    let registry =
        registry.with::<CompressLzo>().with::<UncompressLzo>().with::<EncryptPgp>().with::<DecryptPgp>();
    registry
}
