//! The faults that the site knows, and how it words them.

use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{Response, StatusCode};
use axum::middleware::Next;
use loopback::Peer;
use loopback::faults::{Argument, NamedFault, Takes, Vocabulary, apply};
use serde_json::Number;

use crate::app::Door;
use crate::call::Call;
use crate::codes;
use crate::envelope;
use crate::error::ApiError;
use crate::query::{Comparison, Condition, Literal, Query};
use crate::state::AppState;

/// What `--faults` may name for a site.
pub const FAULTS: Vocabulary = Vocabulary {
    codes: &[
        500,
        502,
        503,
        504,
        codes::INVALID_DATA_CENTER,
        codes::RATE_LIMIT,
        codes::CONCURRENT_ACCESS,
        codes::GENERAL_SERVER_ERROR,
        codes::TEMPORARILY_UNAVAILABLE,
        codes::TIMEOUT,
    ],
    named: &[
        NamedFault {
            name: CURSOR_GONE,
            takes: Takes::Nothing,
            about: "a cursor is not known any more, as after 300 seconds",
        },
        NamedFault {
            name: SHORT_PAGES,
            takes: Takes::Nothing,
            about: "the pages of a new cursor are often shorter than its LIMIT",
        },
        NamedFault {
            name: INDEX_LAG,
            takes: Takes::Time,
            about: "a search does not find accounts yet that were changed within this time",
        },
    ],
};

const CURSOR_GONE: &str = "cursor-gone";
const SHORT_PAGES: &str = "short-pages";
const INDEX_LAG: &str = "index-lag";

/// Lets the faults happen before anything else looks at a call.
pub(crate) async fn befall(
    State(Door { state, scheme }): State<Door>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    request: Request,
    next: Next,
) -> Response<Body> {
    let faults = state.faults().clone();
    let call = Call::head(&request, scheme, peer.address.ip(), state.now_ms());
    apply(&faults, request, next, |code| answer(&state, &call, code)).await
}

/// A code of the API in its envelope; a status in the bare words of a gateway.
fn answer(state: &AppState, call: &Call, code: u32) -> Response<Body> {
    if let Some(status) = u16::try_from(code).ok().and_then(|code| StatusCode::from_u16(code).ok()) {
        let mut response = Response::new(Body::from(status.canonical_reason().unwrap_or("Error")));
        *response.status_mut() = status;
        return response;
    }
    let error = match code {
        codes::INVALID_DATA_CENTER => state.data_center().another().is_elsewhere(),
        code => ApiError::plain(code),
    };
    envelope::respond(call, &Err(error))
}

/// Whether a cursor is forgotten before its time.
pub(crate) fn cursor_is_gone(state: &AppState) -> bool {
    state.faults().happens(CURSOR_GONE).is_some()
}

/// Whether the pages of a new cursor are short.
pub(crate) fn pages_are_short(state: &AppState) -> bool {
    state.faults().happens(SHORT_PAGES).is_some()
}

/// Narrows a query on accounts to what an index that is behind holds.
pub(crate) fn narrow_to_index(state: &AppState, query: &mut Query) -> Result<(), ApiError> {
    let Some(Argument::Time(lag)) = state.faults().happens(INDEX_LAG) else { return Ok(()) };
    let newest = state.now_ms().saturating_sub(i64::try_from(lag.as_millis()).unwrap_or(i64::MAX));
    let indexed = Condition::Compare {
        path: "lastUpdatedTimestamp".parse()?,
        comparison: Comparison::LessOrEqual,
        literal: Literal::Number(Number::from(newest)),
    };
    query.condition = Some(match query.condition.take() {
        None => indexed,
        Some(Condition::And(mut all)) => {
            all.push(indexed);
            Condition::And(all)
        }
        Some(other) => Condition::And(vec![other, indexed]),
    });
    Ok(())
}
