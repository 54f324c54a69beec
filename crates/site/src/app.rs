//! All endpoints behind one door: a call is read, judged, run and answered.

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, DefaultBodyLimit, State};
use axum::http::{Request, Response};
use axum::middleware::from_fn_with_state;
use loopback::Peer;

use crate::auth::Judge;
use crate::call::Call;
use crate::codes;
use crate::document::Document;
use crate::endpoints::{self, Access, Endpoint};
use crate::envelope;
use crate::error::ApiError;
use crate::faults;
use crate::state::AppState;

/// The router of a site. `scheme` is what its clients speak: `http` or `https`; signatures are made over it.
pub fn app(state: AppState, scheme: &'static str) -> Router {
    let door = Door { state, scheme };
    Router::new()
        .fallback(handle)
        .layer(from_fn_with_state(door.clone(), faults::befall))
        .layer(DefaultBodyLimit::disable())
        .with_state(door)
}

/// Where calls come in.
#[derive(Debug, Clone)]
pub(crate) struct Door {
    pub(crate) state: AppState,
    /// What its clients speak.
    pub(crate) scheme: &'static str,
}

async fn handle(
    State(Door { state, scheme }): State<Door>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    request: Request<Body>,
) -> Response<Body> {
    let (call, readable) = Call::read(request, scheme, peer.address.ip(), state.now_ms()).await;
    let outcome = match readable {
        Ok(()) => run(state, call.clone()).await,
        Err(error) => Err(error),
    };
    envelope::respond(&call, &outcome)
}

async fn run(state: AppState, call: Call) -> Result<Document, ApiError> {
    let endpoint = endpoints::find(&call.endpoint)
        .ok_or_else(|| ApiError::new(codes::NOT_FOUND, format!("There is no method {}", call.endpoint)))?;
    judge(&state, &call, endpoint)?;
    state.gate().pass(&call.endpoint, state.now_ms())?;
    // Endpoints wait for the disk, and some compute hashes.
    tokio::task::spawn_blocking(move || {
        let outcome = (endpoint.run)(&state, &call);
        if endpoint.audited {
            crate::audit::record(&state, &call, &outcome);
        }
        outcome
    })
    .await
    .unwrap_or_else(|_| Err(ApiError::internal()))
}

fn judge(state: &AppState, call: &Call, endpoint: &Endpoint) -> Result<(), ApiError> {
    let judge = Judge { keys: state.keys(), data_center: state.data_center(), nonces: state.nonces() };
    judge.site(call)?;
    if endpoint.access == Access::Anyone && !Judge::has_credentials(call) {
        return Ok(());
    }
    judge.caller(call)
}
