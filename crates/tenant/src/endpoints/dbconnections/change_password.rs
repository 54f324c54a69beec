//! `POST /dbconnections/change_password`

use axum::response::Html;

use super::error::SignupError;
use crate::body::{Document, JsonBody, document};

static BODY: Document = document!("change_password.schema.json");

/// Says that an email was sent, also for people it does not know, as Auth0 does. This tenant sends no email.
pub(super) async fn change_password(body: JsonBody) -> Result<Html<&'static str>, SignupError> {
    body.object(&BODY)?;
    Ok(Html("We've just sent you an email to reset your password."))
}
