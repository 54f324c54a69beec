//! `GET /connections/new` and `POST /connections`: a new database connection.

use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};

use super::options::{LONGEST, POLICIES, Wanted, name_problem};
use crate::app::App;
use crate::error::PageError;
use crate::frame;
use crate::ui::csrf;

/// What a script of a custom database begins as.
const LOGIN: &str = include_str!("login.template.js");
const GET_USER: &str = include_str!("get_user.template.js");

pub(super) async fn form(State(app): State<App>) -> Markup {
    let wanted = Wanted {
        name: "gigya".to_owned(),
        policy: "good".to_owned(),
        login: LOGIN.to_owned(),
        get_user: GET_USER.to_owned(),
        ..Wanted::default()
    };
    shown(&app, &wanted, None)
}

pub(super) async fn create(
    State(app): State<App>,
    Form(wanted): Form<Wanted>,
) -> Result<Response, PageError> {
    if let Some(problem) = name_problem(&wanted.name) {
        return Ok(shown(&app, &wanted, Some(problem.to_owned())).into_response());
    }
    let client = app.tenant().await?.client;
    match client.create_connection(&wanted.name, wanted.options()).await {
        Ok(connection) => {
            app.remember(|memory| memory.connection = Some(connection.name.clone()))?;
            app.note(format!("{} is there, and the next import goes into it.", connection.name));
            Ok(Redirect::to(&format!("/connections/{}", connection.id)).into_response())
        }
        Err(error) => Ok(shown(&app, &wanted, Some(error.to_string())).into_response()),
    }
}

fn shown(app: &App, wanted: &Wanted, problem: Option<String>) -> Markup {
    let main = html! {
        form.stack method="post" action="/connections" {
            (csrf(app))
            @if let Some(problem) = &problem { p.problem role="alert" id="problem" { (problem) } }
            label for="name" { "Name" }
            input id="name" name="name" required maxlength=(LONGEST) pattern="[A-Za-z0-9]+(-[A-Za-z0-9]+)*" value=(wanted.name)
                autocomplete="off" aria-describedby="name-rule" aria-invalid=[problem.is_some().then_some("true")];
            p.hint id="name-rule" { "Letters, digits and single hyphens, at most 35. It cannot be changed later." }
            fieldset {
                legend { "People log in with" }
                label.check { input type="checkbox" checked disabled; " email address, always" }
                label.check { input type="checkbox" name="username" checked[wanted.username.is_some()]; " username" }
                label.check { input type="checkbox" name="phone" checked[wanted.phone.is_some()]; " phone number" }
            }
            label for="policy" { "Password policy" }
            select id="policy" name="policy" aria-describedby="policy-rule" {
                @for policy in POLICIES { option value=(policy) selected[policy == wanted.policy] { (policy) } }
            }
            p.hint id="policy-rule" { "For new passwords. Passwords that move keep working whatever the policy says." }
            details open[wanted.custom.is_some()] {
                summary { "Custom database" }
                p.hint { "For users who come over at their first login: the scripts ask another system, and Auth0 keeps whom they find (import mode). Without it, users are kept in Auth0's own store." }
                label.check { input type="checkbox" name="custom" checked[wanted.custom.is_some()]; " use my own database, and import its users to Auth0" }
                label for="login" { "Script " code { "login" } }
                textarea.code id="login" name="login" rows="14" spellcheck="false" { (wanted.login) }
                label for="get_user" { "Script " code { "get_user" } }
                textarea.code id="get_user" name="get_user" rows="12" spellcheck="false" { (wanted.get_user) }
            }
            div.row { button { "Create" } a href="/connections" { "Back" } }
        }
    };
    frame::page(app, "/connections", "Create a connection", main)
}
