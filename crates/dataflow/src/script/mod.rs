//! The scripts of `record.evaluate`.
//!
//! A [`Script`] is the decoded text; a [`Worker`] is one QuickJS runtime in which it is compiled once. A worker takes one
//! record at a time and says what became of it. Workers share nothing but [`Shared`] variables and the [`Budget`] of the
//! job; a worker stays on the thread that made it.
//!
//! What a script sees (Source: IdentitySync Custom Scripts, and SAP's own flows):
//!
//! * `process(record, ctx, logger, next, error)` is called once for each record. What it returns goes on; `null` or nothing
//!   drops the record. Parameters are told by their names, so that the order of 2017, `process(record, next, ctx, logger)`,
//!   works too; a name that says nothing takes the place it stands at.
//! * `next.accept(record)` sends another record on, `error.accept(record)` sends one to the error path.
//! * `ctx.getSharedVariable(name)`, `ctx.setSharedVariable(name, value)`: variables of the job, seen by all its steps and
//!   workers; what was never set is `null`. Values are copied as JSON.
//! * `logger.info|warn|error|debug|log(message, value)`, and `console` with the same functions.
//! * `notifyLastRecord`: one more call with `null` at the end. Such a script keeps something between records, so its step
//!   runs with a single worker.
//!
//! Two dialects ([`Dialect`]): with `ECMAScriptVersion` 5.1, or none as in older flows, a member that is absent is `null`
//! and records have the functions of 2017 (`containsField`, `getField`, `addField`, …); with 12 it is `undefined`.
//! In both, all of today's JavaScript is understood.
//!
//! A record is handed over lazily: objects and arrays in it are built when a script first asks for them, level by level.
//! What nobody asked for goes on as it was read, wherever the script puts it. What was read and found the same afterwards
//! goes on as it was, too: the digits of a number that a double cannot hold survive unless the script moves that number
//! itself to another place.
//!
//! There is no input or output, no module, no timer. Time, memory and stack are bounded by [`Limits`].

mod dialect;
mod engine;
mod error;
mod give;
mod host;
mod limits;
mod log;
mod shared;
mod take;
mod text;
mod worker;

pub use dialect::Dialect;
pub use error::ScriptError;
pub use limits::{Budget, Limits};
pub use shared::Shared;
pub use text::Script;
pub use worker::{Emission, Port, Surroundings, Worker};
