//! Why a query cannot be answered.

use std::fmt;

/// A query that the site refuses, in words for `errorDetails` of 400006 "Invalid parameter value".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct QueryError {
    /// The character where the query stops making sense, counted from 1. None when it is a matter of the whole.
    pub position: Option<usize>,
    /// What was expected there, or what is wrong.
    pub reason: String,
}

impl QueryError {
    /// Something that no single place of the query is to blame for.
    pub(crate) fn whole(reason: impl Into<String>) -> Self {
        Self { position: None, reason: reason.into() }
    }
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.position {
            Some(position) => write!(f, "query, character {position}: {}", self.reason),
            None => write!(f, "query: {}", self.reason),
        }
    }
}
