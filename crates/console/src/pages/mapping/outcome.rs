//! A mapping and an account, tried on each other by the engine.

use mapping::{DocumentError, Mapping, Trace};
use migration::prepare::{Fate, Judged, PrepareOptions, judge};
use migration::read::Limits;
use migration::screen::{Lazy, Policies};
use serde_json::{Map, Value};

/// What came of it.
pub(super) enum Outcome {
    /// The document has a mistake.
    Mistake(DocumentError),
    /// The record is no account.
    Unreadable {
        /// Why.
        reason: String,
    },
    /// It was mapped.
    Mapped(Box<Mapped>),
}

/// An account that was mapped.
pub(super) struct Mapped {
    /// The account.
    pub(super) account: Value,
    /// The user: as it is sent, or, when it is set aside, as the mapping has made it.
    pub(super) user: Map<String, Value>,
    /// Where everything comes from.
    pub(super) trace: Trace,
    /// What the screen says.
    pub(super) judged: Judged,
}

/// Maps, traces and screens.
pub(super) fn try_out(account: &str, document: &str, policies: &Policies) -> Outcome {
    let mapping = match Mapping::compile(document, &policies.identifiers) {
        Ok(mapping) => mapping,
        Err(mistake) => return Outcome::Mistake(mistake),
    };
    let trace = match mapping.trace(account, Limits::default().max_depth) {
        Ok(trace) => trace,
        Err(fault) => return Outcome::Unreadable { reason: fault.to_string() },
    };
    let options = PrepareOptions { policies: policies.clone(), ..PrepareOptions::default() };
    let judged = judge(account, &mapping, &options);
    let user = match &judged.fate {
        Fate::Packed { user, .. } => user.clone(),
        _ => unscreened(account, &mapping, options),
    };
    let account = serde_json::from_str(account).unwrap_or_default();
    Outcome::Mapped(Box::new(Mapped { account, user, trace, judged }))
}

/// The user that would be there if nothing were screened.
fn unscreened(account: &str, mapping: &Mapping, mut options: PrepareOptions) -> Map<String, Value> {
    options.no_screen = true;
    (options.policies.include_lite, options.policies.include_unregistered) = (true, true);
    options.policies.lazy = Lazy::Reset;
    match judge(account, mapping, &options).fate {
        Fate::Packed { user, .. } => user,
        _ => Map::new(),
    }
}
