//! `/runs/NAME/set-aside/PLACE` and `/runs/NAME/refused/PLACE`: one user who was set aside, or refused by the tenant, mended in
//! a form. Place is the byte of the line in `set-aside.ndjson` or `retry.ndjson`.

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
use self::opened::{List, Opened, open};
use crate::app::App;
use crate::error::PageError;
use crate::frame;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/runs/{run}/{list}/{at}", get(show).post(store))
        .route("/runs/{run}/{list}/{at}/judge", post(judge))
        .route("/runs/{run}/{list}/{at}/record", post(record))
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
async fn show(
    State(app): State<App>,
    Path((run, list, at)): Path<(String, List, u64)>,
) -> Result<Markup, PageError> {
    let opened = open(&app, &run, list, at, None).await?;
    Ok(page(&app, &run, &opened, &Fields::of(&opened), None))
}

/// `POST …/record`: a record that was no JSON, read again after it was edited.
async fn record(
    State(app): State<App>,
    Path((run, list, at)): Path<(String, List, u64)>,
    Form(fields): Form<Fields>,
) -> Result<Markup, PageError> {
    let opened = open(&app, &run, list, at, Some(&fields.record)).await?;
    Ok(page(&app, &run, &opened, &Fields::of(&opened), None))
}

/// `POST …/judge`: what the screen says to what was typed so far.
async fn judge(
    State(app): State<App>,
    Path((run, list, at)): Path<(String, List, u64)>,
    Form(fields): Form<Fields>,
) -> Result<Markup, PageError> {
    let opened = open(&app, &run, list, at, fields.record()).await?;
    Ok(match fields.user() {
        Err(mistake) => drawn::mistaken(&mistake),
        Ok(user) => drawn::verdict(&opened.judge(user)?),
    })
}

/// `POST`: the user is kept, when the screen lets it pass.
async fn store(
    State(app): State<App>,
    Path((run, list, at)): Path<(String, List, u64)>,
    Form(fields): Form<Fields>,
) -> Result<Response, PageError> {
    let opened = open(&app, &run, list, at, fields.record()).await?;
    let stored = fields.user().map(|user| opened.store(user));
    let mistake = match stored {
        Ok(Ok(())) => {
            app.note("The user is mended and waits to be sent again.");
            return Ok(Redirect::to(&back(&run, &opened)).into_response());
        }
        Ok(Err(error @ MendError::SetAside { .. })) => error.to_string(),
        Ok(Err(error)) => return Err(error.into()),
        Err(mistake) => mistake,
    };
    Ok(page(&app, &run, &opened, &fields, Some(&mistake)).into_response())
}

/// The list that the user stands in.
fn back(run: &str, opened: &Opened) -> String {
    format!("/runs/{run}/{}?code={}", opened.line.list().name(), opened.line.code())
}

fn page(app: &App, run: &str, opened: &Opened, fields: &Fields, mistake: Option<&str>) -> Markup {
    let main = html! {
        p { a href=(back(run, opened)) { @match opened.line.list() {
            List::SetAside => "Back to who was set aside",
            List::Refused => "Back to who was refused",
        } } }
        (drawn::cause(&opened.line))
        @if let Some(mistake) = mistake { p.problem role="alert" { (mistake) } }
        (drawn::body(app, run, opened, fields))
    };
    frame::page(app, "/runs", &format!("Mend {}", opened.line.name()), main)
}
