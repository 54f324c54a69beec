//! `ds.search`

use crate::call::Call;
use crate::document::Document;
use crate::error::ApiError;
use crate::query::{Query, Table};
use crate::search::{self, Source};
use crate::state::AppState;

/// Finds objects of the type that the query is `FROM`, page by page with a cursor.
///
/// # Errors
/// See [`search::answer`].
pub(super) fn run(state: &AppState, call: &Call) -> Result<Document, ApiError> {
    search::answer(state, call, table)
}

fn table(_: &AppState, _: &Call, query: &Query) -> Result<(Source, Table), ApiError> {
    Ok((Source::Objects(query.from.clone()), Table::PLAIN))
}
