//! What the site remembers, in SQLite in the data folder.
//!
//! An account is a JSON document ([`Document`]) and a few columns beside it. What other modules need:
//!
//! * [`accounts::by_uid`], [`accounts::insert`], [`accounts::update`], [`accounts::delete`]: one account;
//! * [`accounts::find`]: the accounts that have an identifier;
//! * [`Scan`]: many accounts, of a view, in an order, from a position on; and how many there are;
//! * [`audit`]: the audit log, read in the same way;
//! * [`objects`]: the data store, read in the same way;
//! * [`settings`]: single values by name.
//!
//! All of them take a [`rusqlite::Connection`], plain or in a transaction; [`Store`] gives one.
//!
//! [`Document`]: crate::document::Document

pub mod accounts;
pub mod audit;
mod identifier;
pub mod load;
pub mod objects;
pub mod scan;
pub mod settings;

pub use accounts::Account;
pub use identifier::Identifier;
pub use loopback::{Database as Store, DatabaseError as StoreError};
pub use scan::{Order, Position, Row, Scan, View};

/// Name of the database inside the data folder.
pub(crate) const DATABASE: &str = "site.sqlite";

/// The tables.
pub(crate) const TABLES: loopback::Tables =
    loopback::Tables { versions: &[include_str!("schema.sql"), include_str!("schema-2.sql")] };
