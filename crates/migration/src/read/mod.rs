//! The first stage: files become chunks of records.
//!
//! [`source`] names the files, [`open`] takes compression off them, [`detect`] looks at the first bytes and decides on
//! the framing, [`stream`] cuts chunks at the borders of records. A chunk is read by one worker; nothing of this stage
//! grows with the size of the input.

mod buffer;
mod detect;
mod dsv;
mod elements;
mod gzipped;
mod open;
mod quoted;
pub mod source;
mod stream;
mod texts;
mod wrapped;
mod zipped;

use serde::{Deserialize, Serialize};

pub use buffer::Buffer;
pub use source::{SourceError, resolve};
pub use stream::{Chunk, Record, Records, Stream, Trouble};

/// The format of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Told from the first bytes.
    #[default]
    Auto,
    /// A JSON array of accounts.
    Array,
    /// Objects one after the other, on one line each or over several.
    Ndjson,
    /// An object that wraps arrays of accounts, such as an answer of `accounts.search`.
    Wrapped,
    /// Delimiter-separated values with dotted headers.
    Dsv,
}

/// Bounds on what an input may demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// Bytes of one record.
    pub max_record: usize,
    /// Nesting of one record; at most [`Limits::DEEPEST`].
    pub max_depth: u16,
    /// Bytes that a compressed input may expand to.
    pub max_expanded: u64,
}

impl Limits {
    /// The deepest nesting that can be allowed: the walk is recursive and its stack is finite.
    pub const DEEPEST: u16 = 1000;
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_record: 1 << 20, max_depth: 128, max_expanded: 10 << 30 }
    }
}

/// How to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ReadOptions {
    /// The format, or [`Format::Auto`].
    pub format: Format,
    /// DSV only: numbers, booleans and null are recognised; otherwise every value is a string.
    pub infer_types: bool,
    /// Bounds.
    #[serde(flatten)]
    pub limits: Limits,
}
