//! `POST /source/keys`: keys are tried and what the site says is explained.

use axum::Form;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use gigya::Config;
use maud::{Markup, html};
use migration::report::html::figures::count;

use super::forms::Filled;
use super::page;
use crate::app::App;
use crate::error::PageError;
use crate::mistake::{Mistake, Mistaken};
use crate::obstacle::PATIENCE;
use crate::site_keys::SiteKeys;
use crate::ui::{Answer, is_begun, things, trying};

pub(super) async fn test(State(app): State<App>, headers: HeaderMap, Form(keys): Form<SiteKeys>) -> Response {
    if is_begun(&headers) {
        return asked("/source/keys", &keys, Answer::Into("#keys")).into_response();
    }
    let said = said(keys.accounts().await);
    if headers.contains_key("hx-request") {
        return said.into_response();
    }
    page(&app, &Filled::with_keys(&keys), Mistaken::default(), Some(said)).await.into_response()
}

/// What is said while the site is asked.
pub(super) fn asked(path: &str, keys: &SiteKeys, answer: Answer) -> Markup {
    let what = format!(
        "Asking the site at {} with these keys: it has {} s for its answer.",
        keys.address.trim(),
        PATIENCE.as_secs()
    );
    trying(path, &what, answer)
}

fn said(outcome: Result<(Config, u64), Mistake>) -> Markup {
    html! {
        @match outcome {
            Ok((config, number)) => p.done { "The keys work: " (config.address) " has " strong { (count(number)) } " " (things(number, "account")) "." },
            Err(mistake) => p.problem { "The keys do not work: " (mistake.reason()) },
        }
    }
}

/// `POST /source/forget`: the keys leave the key ring.
pub(super) async fn forget(State(app): State<App>) -> Result<Redirect, PageError> {
    app.setup().forget_site_keys()?;
    app.note("The key ring has forgotten the keys of the site.");
    Ok(Redirect::to("/source"))
}
