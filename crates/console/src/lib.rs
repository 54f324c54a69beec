//! The page: the whole migration in a browser, on the same engine as the command.
//!
//! ```text
//!   browser ──▶ guard (Host, Origin, session, CSRF) ──▶ pages (one folder each) ──▶ App ──▶ work, census ──▶ setup ──▶ engine
//!      ▲                                                                             │
//!      └───────────────── events (server-sent, fragments) ◀──────────────────────────┘
//! ```
//!
//! [`start`] binds an address and serves until [`Console::stop`]. Whoever has the link of [`Console::link`] becomes the one
//! session; nobody else gets past the guard.

mod account;
mod advice;
mod app;
mod assets;
mod census;
mod error;
mod events;
mod exports;
mod frame;
mod guard;
mod keyring;
mod kind;
mod memory;
mod menders;
mod mistake;
mod navigation;
mod obstacle;
mod pages;
mod router;
mod session;
mod setup;
mod site_keys;
mod source;
mod start;
#[cfg(test)]
mod tests;
mod ui;
mod uploads;
mod work;

pub use router::router;
pub use start::{Console, Options, PORT, StartError, start};
