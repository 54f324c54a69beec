//! `POST /source/keys`: keys are tried and what the site says is explained.

use axum::Form;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use engine::Failure;
use gigya::Config;
use maud::{Markup, html};
use migration::report::html::figures::count;

use crate::app::App;
use crate::error::PageError;
use crate::frame;
use crate::site_keys::SiteKeys;

pub(super) async fn test(State(app): State<App>, headers: HeaderMap, Form(keys): Form<SiteKeys>) -> Response {
    let said = said(keys.accounts().await);
    if headers.contains_key("hx-request") {
        return said.into_response();
    }
    let main = html! { (said) p { a href="/source" { "Back to the source" } } };
    frame::page(&app, "/source", "The keys of the site", main).into_response()
}

fn said(outcome: Result<(Config, u64), Failure>) -> Markup {
    html! {
        @match outcome {
            Ok((config, number)) => p.done { "The keys work: " (config.address) " has " strong { (count(number)) } " accounts." },
            Err(failure) => p.problem { "The keys do not work: " (failure) },
        }
    }
}

/// `POST /source/forget`: the keys leave the key ring.
pub(super) async fn forget(State(app): State<App>) -> Result<Redirect, PageError> {
    app.setup().forget_site_keys()?;
    app.note("The key ring has forgotten the keys of the site.");
    Ok(Redirect::to("/source"))
}
