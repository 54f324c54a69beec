//! Faults of a local world, on purpose: which requests they befall, and what they are.
//!
//! # The language
//!
//! A specification is a list of rules, separated by `;` or line breaks; what follows a `#` is a comment. A rule is a
//! fault and the words that say when:
//!
//! ```text
//! FAULT [on [METHOD] PATH] [every N] [after N] [chance P] [first N] [from TIME] [until TIME]
//! seed N
//! ```
//!
//! ```text
//! reset-after on POST /api/v2/jobs/users-imports every 3; 429 on GET /api/v2/jobs/* chance 0.2; seed 7
//! ```
//!
//! | fault | what happens |
//! |---|---|
//! | `503` | the world answers so, in its own words, and does nothing; each world says which statuses and error codes it knows |
//! | `503-after` | the same after the request was carried out: its answer is lost |
//! | `reset-before` | the connection is reset before the request is taken |
//! | `reset-after` | the request is carried out, then the connection is reset: its answer is lost |
//! | `slow TIME` | the request is taken so much later |
//! | `cut` | the request is carried out, and the answer breaks off in its middle |
//! | `hang` | the request is read and never answered |
//! | a name | a fault of the world's own, such as a job that is stuck; some take a number or a time. It befalls what its name says, not requests, so `on` is not for it |
//!
//! | words | which requests (or, for the world's own faults, which occasions) |
//! |---|---|
//! | `on [METHOD] PATH` | those of the method and path; `*` stands for anything within a segment, `**` for any segments |
//! | `after N` | of these, all after the first N |
//! | `every N` | of these, every Nth |
//! | `chance P` | of these, each with the probability P (0 to 1), decided by the seed and its number |
//! | `first N` | of these, no more than the first N |
//! | `from TIME`, `until TIME` | only from then on, and only until then, since the start of the world |
//!
//! TIME is a number with a unit: `250ms`, `2s`, `1m30s`, `2h`; it passes by the world's clock. When several rules hit a
//! request, the first one wins; each counts for itself. The same requests in the same order meet the same faults.
//!
//! In a file the same words are members, as TOML (`[[rule]]` tables and `seed`) or as JSON
//! (`{"seed": 7, "rules": [...]}`): `fault = "slow 2s"`, `on = "GET /api/v2/users"`, `every = 3`.

mod apply;
mod error;
mod file;
mod line;
mod plan;
mod running;
mod vocabulary;

pub use apply::apply;
pub use error::FaultsError;
pub use plan::{Argument, FaultPlan};
pub use running::Faults;
pub use vocabulary::{NamedFault, Takes, Vocabulary};
