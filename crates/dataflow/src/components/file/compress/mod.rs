//! `file.compress.*`, `file.uncompress.*`.

mod gzip;
#[cfg(feature = "stores")]
mod lzo;
mod zip;

pub use gzip::{CompressGzip, UncompressGzip};
#[cfg(feature = "stores")]
pub use lzo::{CompressLzo, UncompressLzo};
pub use zip::{CompressZip, UncompressZip};

use std::io::{self, Read, Write};

use crate::fault::Fault;
use crate::file::FileWriter;

/// Most bytes that come out of one file: hostile archives expand without end.
const MAX_EXPANDED: u64 = 10 << 30;

/// Copies all of `from`, within the bound on what may come out.
pub(super) fn expand(from: impl Read, to: &mut FileWriter, name: &str) -> Result<(), Fault> {
    let copied = io::copy(&mut from.take(MAX_EXPANDED + 1), to)
        .map_err(|error| Fault::lasting(format!("{name} cannot be uncompressed: {error}")))?;
    to.flush()?;
    if copied > MAX_EXPANDED {
        return Err(Fault::lasting(format!("{name} expands to more than 10 GiB")));
    }
    Ok(())
}
