//! Users, connections and applications as the Management API shows them.

mod client;
mod connection;
mod sealed;
mod user;

pub(crate) use client::client;
pub(crate) use connection::connection;
pub(crate) use sealed::seal;
pub(crate) use user::{members, name_of, user};
