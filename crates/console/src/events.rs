//! `GET /events?show=…`: what moves, as fragments of HTML, sent when they differ from what was sent last.

use std::collections::HashMap;
use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::extract::{Query, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::get;
use futures_util::{Stream, StreamExt as _};
use serde::Deserialize;

use crate::app::App;
use crate::pages;

/// How often something that moves by itself is looked at.
const TICK: Duration = Duration::from_millis(300);

/// A browser that lost the stream tries again after this.
const RETRY: Duration = Duration::from_millis(1000);

#[derive(Deserialize)]
struct Wanted {
    /// The page whose fragments are wanted, see [`pages::fragments`].
    show: String,
}

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/events", get(events))
}

/// What was sent last, by fragment.
type Sent = HashMap<&'static str, blake3::Hash>;

async fn events(
    State(app): State<App>,
    Query(wanted): Query<Wanted>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let state = (app, wanted.show, None::<Sent>);
    let batches = futures_util::stream::unfold(state, |(app, show, sent)| async move {
        // However often something changes, nobody reads faster; and a page that was just opened shows what there is.
        tokio::time::sleep(TICK).await;
        let mut sent = sent.unwrap_or_default();
        let mut changes = app.work().changes();
        loop {
            changes.mark_unchanged();
            if app.work().is_ending() {
                return None;
            }
            let mut news = Vec::new();
            for (name, html) in pages::fragments(&app, &show)? {
                let html = html.into_string();
                let digest = blake3::hash(html.as_bytes());
                if sent.insert(name, digest) != Some(digest) {
                    news.push(Ok(Event::default().event(name).retry(RETRY).data(html)));
                }
            }
            if !news.is_empty() {
                return Some((futures_util::stream::iter(news), (app, show, Some(sent))));
            }
            if app.work().is_busy() {
                tokio::time::sleep(TICK).await;
            } else if changes.changed().await.is_err() {
                return None;
            }
        }
    });
    Sse::new(batches.flatten()).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}
