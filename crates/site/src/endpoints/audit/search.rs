//! `audit.search`

use crate::call::Call;
use crate::document::Document;
use crate::error::ApiError;
use crate::query::{Query, QueryError, Selected, Table};
use crate::search::{self, Source};
use crate::state::AppState;

/// Finds entries of the audit log, page by page with a cursor.
///
/// # Errors
/// See [`search::answer`].
pub(super) fn run(state: &AppState, call: &Call) -> Result<Document, ApiError> {
    search::answer(state, call, table)
}

/// Source: Query Syntax Specification, audit log: "may only be used to select all fields (*)".
fn table(_: &AppState, _: &Call, query: &Query) -> Result<(Source, Table), ApiError> {
    if !query.from.eq_ignore_ascii_case("auditLog") {
        return Err(QueryError::whole(format!("FROM takes auditLog, not {}", query.from)).into());
    }
    if query.select != [Selected::All] || !query.group_by.is_empty() {
        return Err(QueryError::whole("the audit log takes SELECT * only, without GROUP BY").into());
    }
    Ok((Source::AuditLog, Table::PLAIN))
}
