//! Searches: a query run on the rows of a table, page by page.
//!
//! ```text
//! call ──request──▶ query or cursor ──source──▶ rows of a table, by index where one helps
//!                                      └─page──▶ the rows of one page, the count of all, where the next page begins
//! ```
//!
//! A page of a cursor begins behind the last row of the page before (the value of the order's column and the key of the
//! account), so that it costs what it holds, however far on it is, and nothing has to stand still while a client reads.
//! Orders that no index has are put in order once, when the cursor is opened, and the places of the rows are kept.

mod communications;
mod cursors;
mod email_accounts;
mod page;
mod request;
mod source;

pub(crate) use cursors::Cursors;
pub(crate) use email_accounts::EmailAccounts;
pub(crate) use source::Source;

use std::sync::Arc;

use crate::call::Call;
use crate::document::Document;
use crate::error::ApiError;
use crate::faults;
use crate::query::{BrokenDocument, Found, Plan, Query, QueryError, Table};
use crate::state::AppState;
use cursors::Cursor;
use page::{Deadline, Search};
use request::{Request, Wanted};

/// Finds the table of a query by the name after `FROM`.
pub(crate) type Tables = fn(&AppState, &Call, &Query) -> Result<(Source, Table), ApiError>;

/// Answers a search: a query, or the next page of a cursor.
///
/// # Errors
/// 400002 without a query, 400006 for one that cannot be answered or a cursor that is unknown or was left for longer
/// than 300 seconds, 403007 for a `restrictedQuery`, 504001 when it takes longer than `timeout`.
pub(crate) fn answer(state: &AppState, call: &Call, tables: Tables) -> Result<Document, ApiError> {
    let request = Request::of(call)?;
    let deadline = Deadline::after_ms(request.timeout_ms);
    let (found, cursor, search) = match request.wanted {
        Wanted::Query { text, open_cursor } => {
            let mut query: Query = text.parse()?;
            if open_cursor {
                refuse_with_cursor(&query)?;
            }
            if call.endpoint.starts_with("accounts.") {
                faults::narrow_to_index(state, &mut query)?;
            }
            let short = open_cursor && (state.short_pages() || faults::pages_are_short(state));
            let (source, table) = tables(state, call, &query)?;
            let plan = Plan::new(query, &table)?;
            let search = Arc::new(Search::new(plan, source, short));
            let (found, next) = state.store().read_blocking(|db| search.first(db, open_cursor, deadline))?;
            let cursor =
                next.map(|next| Cursor { search: search.clone(), total: found.total, page: 1, next });
            (found, cursor, search)
        }
        Wanted::Cursor(id) => {
            let gone = faults::cursor_is_gone(state);
            let cursor = state.cursors().get(id, call.time_ms).filter(|_| !gone).ok_or_else(|| {
                ApiError::invalid(format!("cursorId: {id} is not known, or was not used for 300 seconds"))
            })?;
            let (rows, next) = state
                .store()
                .read_blocking(|db| cursor.search.next(db, &cursor.next, cursor.page, deadline))?;
            let search = cursor.search.clone();
            let found = Found { rows, total: cursor.total };
            let cursor = next.map(|next| Cursor { page: cursor.page + 1, next, ..(*cursor).clone() });
            (found, cursor, search)
        }
    };
    let mut members = Document::new();
    let count = found.rows.len();
    members.set_raw("results", found.rows.into_raw()?);
    members.set("objectsCount", count);
    members.set("totalCount", found.total);
    if let Some(cursor) = cursor {
        members.set("nextCursorId", state.cursors().put(cursor, call.time_ms));
    }
    if search.source().is_email_accounts() {
        members.set("missing", 0);
    }
    Ok(members)
}

/// Source: "accounts.search REST", openCursor.
fn refuse_with_cursor(query: &Query) -> Result<(), ApiError> {
    if query.start.is_some() {
        return Err(ApiError::invalid("query: START cannot be used with openCursor"));
    }
    if !query.group_by.is_empty() {
        return Err(ApiError::invalid("query: GROUP BY cannot be used with openCursor"));
    }
    Ok(())
}

impl From<QueryError> for ApiError {
    fn from(error: QueryError) -> Self {
        Self::invalid(error.to_string())
    }
}

impl From<BrokenDocument> for ApiError {
    fn from(error: BrokenDocument) -> Self {
        tracing::error!(%error, "a search failed");
        Self::internal()
    }
}
