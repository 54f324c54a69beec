//! The account: what calls may write, and what answers show.

pub(crate) mod identifiers;
pub(crate) mod import;
pub(crate) mod password;
pub(crate) mod profile;
pub(crate) mod schema;
pub(crate) mod values;
pub(crate) mod view;
