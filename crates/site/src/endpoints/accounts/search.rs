//! `accounts.search`

use crate::auth;
use crate::call::Call;
use crate::document::Document;
use crate::error::ApiError;
use crate::query::{Query, QueryError, Table};
use crate::search::{self, EmailAccounts, Source};
use crate::state::AppState;
use crate::store::View;

/// Finds accounts by a query, page by page with a cursor. A caller without credentials has to bring a query that was
/// signed for it (`querySig`).
///
/// # Errors
/// See [`search::answer`]; 403003 for a wrong `querySig`, 403002 for one whose time is over.
pub(super) fn run(state: &AppState, call: &Call) -> Result<Document, ApiError> {
    if !auth::Judge::has_credentials(call) || call.params.get("querySig").is_some() {
        auth::query_signature::check(call, state.keys())?;
    }
    search::answer(state, call, table)
}

/// The table of a query. `accountTypes` chooses among accounts; `emailAccounts` has both kinds.
fn table(state: &AppState, call: &Call, query: &Query) -> Result<(Source, Table), ApiError> {
    let view = view(call)?;
    let named = |name: &str| query.from.eq_ignore_ascii_case(name);
    if named("accounts") {
        let table =
            if state.search_passwords() { Table::ACCOUNTS } else { Table::ACCOUNTS_WITHOUT_PASSWORDS };
        return Ok((Source::Accounts(view), table));
    }
    if named("emailAccounts") {
        let table = EmailAccounts::new(&state.keys().secret)?;
        return Ok((Source::EmailAccounts(table), Table::EMAIL_ACCOUNTS));
    }
    if named("communications") {
        return Ok((Source::Communications(view), Table::PLAIN));
    }
    let reason = format!("FROM takes accounts, emailAccounts or communications, not {}", query.from);
    Err(QueryError::whole(reason).into())
}

fn view(call: &Call) -> Result<View, ApiError> {
    let types: Vec<&str> = call.params.list("accountTypes").collect();
    match types.as_slice() {
        [] | ["full"] => Ok(View::Full),
        ["lite"] => Ok(View::Lite),
        ["full", "lite"] | ["lite", "full"] => Ok(View::All),
        _ => Err(ApiError::invalid("accountTypes: expected full, lite or full,lite")),
    }
}
