//! `GET /connections/new` and `POST /connections`: a new database connection.

use auth0::Connection;
use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use engine::Failure;
use maud::{Markup, html};
use migration::lazy::{connection_options, scripts};
use serde_json::{Map, Value};

use super::options::{LONGEST, POLICIES, Store, Wanted, name_problem, policy_problem};
use crate::app::App;
use crate::error::PageError;
use crate::frame;
use crate::mistake::{Mistake, Mistaken};
use crate::ui::csrf;

/// What a script of a custom database begins as.
const LOGIN: &str = include_str!("login.template.js");
const GET_USER: &str = include_str!("get_user.template.js");

const STORES: [(Store, &str, &str); 3] = [
    (Store::Auth0, "auth0", "Auth0's store"),
    (
        Store::Site,
        "site",
        "Auth0's store, and who is missing comes over from the Gigya site at the first login",
    ),
    (Store::Scripts, "scripts", "Auth0's store, and who is missing comes over through scripts of your own"),
];

pub(super) async fn form(State(app): State<App>) -> Markup {
    let wanted = Wanted {
        name: "gigya".to_owned(),
        policy: "good".to_owned(),
        login: LOGIN.to_owned(),
        get_user: GET_USER.to_owned(),
        ..Wanted::default()
    };
    shown(&app, &wanted, Mistaken::default())
}

pub(super) async fn create(State(app): State<App>, Form(wanted): Form<Wanted>) -> Response {
    match created(&app, &wanted).await {
        Ok(connection) => Redirect::to(&format!("/connections/{}", connection.id)).into_response(),
        Err(mistake) => shown(&app, &wanted, Mistaken(Some(&mistake))).into_response(),
    }
}

async fn created(app: &App, wanted: &Wanted) -> Result<Connection, Mistake> {
    if let Some(problem) = name_problem(&wanted.name) {
        return Err(Mistake::at("name", PageError::bad(problem)));
    }
    if let Some(problem) = policy_problem(&wanted.policy) {
        return Err(Mistake::at("policy", PageError::bad(problem)));
    }
    let mut options = wanted.options();
    if wanted.store == Store::Site {
        options.extend(from_site(app).await.map_err(|failure| Mistake::at("store", failure))?);
    }
    let client = app.setup().tenant().await.map_err(|failure| Mistake::at("connection", failure))?.client;
    let connection = client.create_connection(&wanted.name, options).await.map_err(|error| {
        // What the tenant has against the form it has against the name: everything else was chosen from what it takes.
        let field = if error.status().is_some() { "name" } else { "connection" };
        Mistake::at(field, error)
    })?;
    app.setup()
        .remember(|memory| memory.connection = Some(connection.name.clone()))
        .map_err(|failure| Mistake::at("connection", failure))?;
    app.note(format!("{} is there, and the next import goes into it.", connection.name));
    Ok(connection)
}

/// Options with scripts that are written from the mapping, and the keys with which they ask the site.
async fn from_site(app: &App) -> Result<Map<String, Value>, Failure> {
    let access = app.setup().site_access().await?;
    let scripts =
        scripts(&app.setup().mapping_text(), &app.setup().policies(None)?).map_err(Failure::usage)?;
    Ok(connection_options(&scripts, Some(&access)))
}

fn shown(app: &App, wanted: &Wanted, mistaken: Mistaken<'_>) -> Markup {
    let main = html! {
        form.stack method="post" action="/connections" {
            (csrf(app))
            (mistaken.below("connection"))
            label for="name" { "Name" }
            input id="name" name="name" required maxlength=(LONGEST) pattern="[A-Za-z0-9]+(-[A-Za-z0-9]+)*" value=(wanted.name)
                autocomplete="off" aria-invalid=[mistaken.invalid("name")] aria-describedby=[mistaken.described("name", "name-rule")];
            p.hint id="name-rule" { "Letters, digits and single hyphens, at most 35. It cannot be changed later." }
            (mistaken.below("name"))
            fieldset {
                legend { "People log in with" }
                label.check { input type="checkbox" checked disabled; " email address, always" }
                label.check { input type="checkbox" name="username" checked[wanted.username.is_some()]; " username" }
                label.check { input type="checkbox" name="phone" checked[wanted.phone.is_some()]; " phone number" }
            }
            label for="policy" { "Password policy" }
            select id="policy" name="policy" aria-invalid=[mistaken.invalid("policy")] aria-describedby=[mistaken.described("policy", "policy-rule")] {
                @for policy in POLICIES { option value=(policy) selected[policy == wanted.policy] { (policy) } }
            }
            p.hint id="policy-rule" { "For new passwords. Passwords that move keep working whatever the policy says." }
            (mistaken.below("policy"))
            fieldset.wide aria-describedby=[mistaken.described("store", "")] {
                legend { "Users are kept in" }
                @for (store, value, words) in STORES {
                    label.check { input type="radio" name="store" value=(value) checked[store == wanted.store]; " " (words) }
                }
                p.hint { "The last two are custom databases in import mode: whoever logs in for the first time is looked up outside, and kept by Auth0 from then on." }
                (mistaken.below("store"))
            }
            details open[wanted.store == Store::Scripts] {
                summary { "Scripts of your own" }
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
