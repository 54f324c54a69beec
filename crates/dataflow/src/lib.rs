//! IdentitySync outside Gigya.
//!
//! A *dataflow* is a document ([`document`]): steps, each an instance of a component, and which step follows which. It
//! becomes a graph that is checked before it runs ([`graph`]) and runs as a stream ([`runner`]). Components stand one a
//! file under [`components`]; a [`Registry`] knows them by the type that a step names.

pub mod component;
pub mod components;
pub mod context;
mod delta;
pub mod document;
pub mod drawing;
pub mod expression;
mod fault;
pub mod file;
mod flow;
pub mod graph;
pub mod log;
pub mod reference;
mod registry;
pub mod runner;
pub mod script;
mod secret;
mod site;
pub mod stores;

pub use component::{Built, Component, Kind, Setup, Step};
pub use context::Context;
pub use fault::Fault;
pub use file::{File, FileReader, FileWriter};
pub use flow::{ERROR_DETAILS, ErrorDetails, Input, Item, Output};
pub use record::{self, Path, Record, Value};
pub use registry::{Definition, Registry};
pub use secret::{MASK, Secret, is_secret_name, masked};
pub use site::Site;
