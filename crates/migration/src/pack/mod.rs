//! Users into parts, each a JSON array whose whole multipart request stays within Auth0's 512,000 bytes.

mod compact;
mod leaves;
mod packer;

pub use compact::{Compacted, Moved, compact};
pub use leaves::Leaves;
pub use packer::{Packed, Packer, Size};

/// The most bytes of a part: what is left of 512,000 bytes when the form around the file is taken off.
pub const MAX_PART: usize = auth0::MAX_USERS_FILE;
