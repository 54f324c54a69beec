//! The parameters of a search.

use crate::call::Call;
use crate::codes;
use crate::error::ApiError;

/// Milliseconds that a search may take when `timeout` does not say. Source: "accounts.search REST".
const TIMEOUT_MS: u64 = 20_000;

/// The largest `timeout`. Source: the same.
const MAX_TIMEOUT_MS: u64 = 60_000;

/// A search as it was asked for.
#[derive(Debug)]
pub(super) struct Request<'c> {
    pub(super) wanted: Wanted<'c>,
    pub(super) timeout_ms: u64,
}

/// What is asked for.
#[derive(Debug)]
pub(super) enum Wanted<'c> {
    /// `query`, with or without `openCursor`.
    Query { text: &'c str, open_cursor: bool },
    /// `cursorId`.
    Cursor(&'c str),
}

impl<'c> Request<'c> {
    /// Reads the parameters.
    ///
    /// # Errors
    /// 400002, 400006 and 403007, see [`super::answer`].
    pub(super) fn of(call: &'c Call) -> Result<Self, ApiError> {
        let params = &call.params;
        if params.get("restrictedQuery").is_some() {
            // It is held against a pattern in the caller's ACL, and applications of this site have no ACL.
            let details = "restrictedQuery: no ACL allows it; send query";
            return Err(ApiError::new(codes::PERMISSION_DENIED, details));
        }
        let open_cursor = params.flag("openCursor")?.unwrap_or(false);
        let wanted = match (params.get("query"), params.get("cursorId")) {
            (Some(_), Some(_)) => {
                return Err(ApiError::invalid("cursorId: it goes without query; the cursor knows its query"));
            }
            (None, Some(_)) if open_cursor => {
                return Err(ApiError::invalid("openCursor: it goes with query, not with cursorId"));
            }
            (None, Some(id)) => Wanted::Cursor(id),
            (Some(text), None) => Wanted::Query { text, open_cursor },
            (None, None) => return Err(ApiError::missing("query")),
        };
        if params.get("querySig").is_some() && (open_cursor || matches!(wanted, Wanted::Cursor(_))) {
            return Err(ApiError::invalid("openCursor: cursors cannot be used with querySig"));
        }
        Ok(Self { wanted, timeout_ms: timeout(params.get("timeout"))? })
    }
}

fn timeout(text: Option<&str>) -> Result<u64, ApiError> {
    let Some(text) = text else { return Ok(TIMEOUT_MS) };
    match text.parse() {
        Ok(ms @ 1..=MAX_TIMEOUT_MS) => Ok(ms),
        _ => Err(ApiError::invalid(format!("timeout: expected milliseconds from 1 to {MAX_TIMEOUT_MS}"))),
    }
}
