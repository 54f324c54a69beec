//! A query parsed.

mod clause;
mod condition;
mod lexical;

use winnow::Parser;
use winnow::error::{ContextError, ErrMode, StrContext, StrContextValue};
use winnow::stream::Stateful;

use super::ast::Query;
use super::error::QueryError;
use super::path::Path;

/// Bytes of a query at most. A list of a thousand UIDs needs about 40,000.
const LONGEST: usize = 256 * 1024;

/// Brackets and `not` may be nested this deep.
const DEEPEST: usize = 64;

/// What is left of the query, and how deep we are in brackets.
type Input<'q> = Stateful<&'q str, usize>;

/// Why a parser stopped, and whether another may be tried.
type Failure = ErrMode<ContextError>;

/// Parses a query.
///
/// # Errors
/// [`QueryError`] with the place and with what was expected there.
pub(super) fn parse(text: &str) -> Result<Query, QueryError> {
    whole(clause::query, text)
}

/// Parses a path alone.
///
/// # Errors
/// [`QueryError`] when it is none.
pub(super) fn path(text: &str) -> Result<Path, QueryError> {
    whole(lexical::path, text)
}

fn whole<'q, O>(mut parser: impl Parser<Input<'q>, O, Failure>, text: &'q str) -> Result<O, QueryError> {
    if text.len() > LONGEST {
        return Err(QueryError::whole(format!("it has {} bytes, {LONGEST} at most are taken", text.len())));
    }
    parser.parse(Stateful { input: text, state: 0 }).map_err(|error| {
        let rest = text.get(error.offset()..).unwrap_or_default();
        QueryError {
            position: Some(text.chars().count() - rest.chars().count() + 1),
            reason: reason(error.inner(), rest),
        }
    })
}

/// "expected a field, found '=='", by the innermost parser that says what it expects; or the reason of a part that was understood and cannot be.
fn reason(error: &ContextError, rest: &str) -> String {
    if let Some(cause) = error.cause() {
        return cause.to_string();
    }
    let expected = error.context().find_map(|context| match context {
        StrContext::Expected(what) => Some(what.to_string()),
        _ => None,
    });
    let expected = expected.unwrap_or_else(|| {
        "AND, OR, the next of WITH, WHERE, GROUP BY, ORDER BY, START and LIMIT (in this order), or the end".into()
    });
    let found: String = rest.chars().take(20).collect();
    if found.is_empty() {
        return format!("expected {expected}, found the end");
    }
    let more = if found.len() < rest.len() { "…" } else { "" };
    format!("expected {expected}, found '{found}{more}'")
}

/// Why a part of a query that was understood is refused.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("brackets and not are nested deeper than {DEEPEST}")]
    TooDeep,
    #[error("the pattern is not a regular expression that can be run: {0}")]
    Pattern(String),
    #[error("{0} takes whole numbers from 0 to {1}")]
    OutOfRange(&'static str, usize),
}

fn expected(what: &'static str) -> StrContext {
    StrContext::Expected(StrContextValue::Description(what))
}

#[cfg(test)]
mod tests;
