//! `POST /mapping`: the document becomes the mapping of the next run.

use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use mapping::{Identifier, Mapping};

use super::look::Look;
use super::page;
use crate::app::App;
use crate::error::PageError;

pub(super) async fn keep(State(app): State<App>, Form(mut look): Form<Look>) -> Result<Response, PageError> {
    look.document = look.document();
    if Mapping::compile(&look.document, &[Identifier::Email]).is_err() {
        // The page says where the mistake is, and keeps what was typed.
        return Ok(page(&app, &look).await?.into_response());
    }
    let own = (look.document != mapping::DEFAULT).then_some(look.document.as_str());
    app.setup().keep_mapping(own)?;
    Ok(Redirect::to("/mapping").into_response())
}

pub(super) async fn default(State(app): State<App>) -> Result<Redirect, PageError> {
    app.setup().keep_mapping(None)?;
    Ok(Redirect::to("/mapping"))
}
