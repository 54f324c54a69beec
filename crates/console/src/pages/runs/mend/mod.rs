//! `/runs/NAME/set-aside/PLACE`: one user who was set aside, mended in a form. Place is the byte of the line in
//! `set-aside.ndjson`.

mod drawn;
mod fields;
mod opened;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use engine::Failure;
use maud::{Markup, html};
use migration::mend::MendError;

use self::fields::Fields;
use self::opened::{Opened, open};
use crate::app::App;
use crate::error::PageError;
use crate::frame;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/runs/{run}/set-aside/{at}", get(show).post(store))
        .route("/runs/{run}/set-aside/{at}/judge", post(judge))
        .route("/runs/{run}/set-aside/{at}/record", post(record))
}

impl From<MendError> for PageError {
    fn from(error: MendError) -> Self {
        match error {
            MendError::NoRecord { .. } => Self::missing(error.to_string()),
            _ => Failure::refused(error).into(),
        }
    }
}

/// The form.
async fn show(State(app): State<App>, Path((run, at)): Path<(String, u64)>) -> Result<Markup, PageError> {
    let opened = open(&app, &run, at, None).await?;
    Ok(page(&app, &run, &opened, &Fields::of(&opened), None))
}

/// `POST …/record`: a record that was no JSON, read again after it was edited.
async fn record(
    State(app): State<App>,
    Path((run, at)): Path<(String, u64)>,
    Form(fields): Form<Fields>,
) -> Result<Markup, PageError> {
    let opened = open(&app, &run, at, Some(&fields.record)).await?;
    Ok(page(&app, &run, &opened, &Fields::of(&opened), None))
}

/// `POST …/judge`: what the screen says to what was typed so far.
async fn judge(
    State(app): State<App>,
    Path((run, at)): Path<(String, u64)>,
    Form(fields): Form<Fields>,
) -> Result<Markup, PageError> {
    let opened = open(&app, &run, at, fields.record()).await?;
    Ok(match fields.user() {
        Err(mistake) => drawn::mistaken(&mistake),
        Ok(user) => drawn::verdict(&opened.judge(user)),
    })
}

/// `POST`: the user is kept, when the screen lets it pass.
async fn store(
    State(app): State<App>,
    Path((run, at)): Path<(String, u64)>,
    Form(fields): Form<Fields>,
) -> Result<Response, PageError> {
    let opened = open(&app, &run, at, fields.record()).await?;
    let stored = fields.user().map(|user| opened.store(user));
    let mistake = match stored {
        Ok(Ok(())) => {
            app.note("The user is mended and waits to be sent again.");
            return Ok(Redirect::to(&format!("/runs/{run}/set-aside?code={}", opened.item.line.code))
                .into_response());
        }
        Ok(Err(error @ MendError::SetAside { .. })) => error.to_string(),
        Ok(Err(error)) => return Err(error.into()),
        Err(mistake) => mistake,
    };
    Ok(page(&app, &run, &opened, &fields, Some(&mistake)).into_response())
}

fn page(app: &App, run: &str, opened: &Opened, fields: &Fields, mistake: Option<&str>) -> Markup {
    let line = &opened.item.line;
    let name = line.uid.clone().unwrap_or_else(|| format!("record {}", line.position.record));
    let main = html! {
        p { a href=(format!("/runs/{run}/set-aside?code={}", line.code)) { "Back to who was set aside" } }
        (drawn::cause(line))
        @if let Some(mistake) = mistake { p.problem role="alert" { (mistake) } }
        (drawn::body(app, run, opened, fields))
    };
    frame::page(app, "/runs", &format!("Mend {name}"), main)
}
