//! The search for users: the forms of `q` that scripts and SDKs use, on Lucene's syntax.
//!
//! `field:"x"`, `field:x`, `field:x*`, `field:("x" OR "y")`, `field:[a TO b}`, `_exists_:field`, with `AND`, `OR`, `NOT` and
//! brackets. Fields are paths into the user as it is shown; `email.domain` is what stands after the `@`.
//! Two differences from Auth0: the answer is never stale, and nothing times out.

mod expression;
mod lookup;
mod parse;
mod run;
mod token;

pub(super) use expression::Expression;
pub(super) use lookup::asks_for_names;
pub(super) use parse::parse;
pub(super) use run::{Found, Order, run};
