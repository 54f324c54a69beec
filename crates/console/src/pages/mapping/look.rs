//! `POST /mapping/look`: a document and an account are tried on each other.

use axum::Form;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use engine::Failure;
use maud::{Markup, html};
use serde::Deserialize;

use super::outcome::{self, Outcome};
use super::{drawn, page, standing_now};
use crate::account::{self, Found, Pick, REACH};
use crate::app::App;
use crate::error::PageError;
use crate::memory::SourceChoice;

/// What the form of the page holds.
#[derive(Debug, Deserialize)]
pub(super) struct Look {
    /// The text of the mapping.
    pub(super) document: String,
    /// The account that is shown, as [`Pick::key`] writes it.
    #[serde(default)]
    account: String,
    /// A UID or an address that was typed.
    #[serde(default)]
    pub(super) name: String,
    /// `next`, `random` or `show`; none to stay.
    act: Option<String>,
}

impl Look {
    /// The first account, with this document.
    pub(super) fn first(document: String) -> Self {
        Self { document, account: Pick::Nth(0).key(), name: String::new(), act: None }
    }

    /// Browsers send lines that end in CR and LF.
    pub(super) fn document(&self) -> String {
        self.document.replace("\r\n", "\n")
    }

    /// Which account is wanted of a source with so many.
    fn pick(&self, total: u64) -> Pick {
        let current = Pick::parse(if self.account.is_empty() { "#0" } else { &self.account });
        match (self.act.as_deref(), current) {
            (Some("next"), Pick::Nth(place)) => Pick::Nth((place + 1) % total.clamp(1, REACH)),
            (Some("next"), Pick::Named(_)) => Pick::Nth(0),
            (Some("random"), _) => Pick::Nth(rand::random_range(0..total.clamp(1, REACH))),
            (Some("show"), _) if !self.name.trim().is_empty() => Pick::Named(self.name.trim().to_owned()),
            (_, current) => current,
        }
    }
}

pub(super) async fn look(
    State(app): State<App>,
    headers: HeaderMap,
    Form(mut look): Form<Look>,
) -> Result<Response, PageError> {
    look.document = look.document();
    if headers.contains_key("hx-request") {
        let result = result(&app, &look).await?;
        return Ok(html! { (result) (standing_now(&app, &look)) }.into_response());
    }
    Ok(page(&app, &look).await?.into_response())
}

/// The account, the user, and what the screen says; with the field that says which account it is.
pub(super) async fn result(app: &App, look: &Look) -> Result<Markup, PageError> {
    let Some(source) = app.setup().memory().source else { return Ok(html! {}) };
    let mut pick = look.pick(reach(app, &source));
    let mut found = account::find(app.setup(), app.account(), &source, &pick).await;
    // Behind the last account comes the first again.
    if let (Ok(Found::Nobody(all @ 1..)), Pick::Nth(place)) = (&found, &pick) {
        pick = Pick::Nth(place % all);
        found = account::find(app.setup(), app.account(), &source, &pick).await;
    }
    let key = html! { input type="hidden" name="account" value=(pick.key()); };
    let text = match found {
        Ok(Found::Account(text)) => text,
        Ok(Found::Nobody(_)) => return Ok(html! { (key) (missing(&pick)) }),
        Err(failure) => return Ok(html! { (key) p.problem role="alert" { (failure) } }),
    };
    let policies = app.setup().policies(app.setup().takes().await?)?;
    let document = look.document.clone();
    let tried = tokio::task::spawn_blocking(move || outcome::try_out(&text, &document, &policies));
    let tried: Outcome = tried.await.map_err(Failure::bug)?;
    Ok(html! { (key) (drawn::outcome(&tried, &pick, &look.document)) })
}

fn missing(pick: &Pick) -> Markup {
    html! {
        p.problem role="alert" {
            @match pick {
                Pick::Nth(_) => "The source has no account that can be read.",
                Pick::Named(name) => { "No account has the UID or the address " code { (name) } "." },
            }
        }
    }
}

/// Accounts that can be stepped through.
fn reach(app: &App, source: &SourceChoice) -> u64 {
    let counted = app.census().counted(source);
    counted.and_then(|counted| counted.report.counters.read).unwrap_or(REACH)
}
