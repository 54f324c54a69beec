//! The local site: a small account store that behaves like Gigya. One file per endpoint.

pub mod query;
