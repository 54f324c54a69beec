//! A login with a password that is typed in: tried once, kept nowhere.

use auth0::{Error, Login};
use axum::Form;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use maud::{Markup, html};
use migration::trace::Trace;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::one::stored;
use super::{compare, list, path};
use crate::app::App;
use crate::error::PageError;
use crate::frame;
use crate::ui::csrf;

/// The form. A browser is asked to keep the password as little as the page does.
pub(super) fn form(app: &App, id: &str, user: &Map<String, Value>) -> Markup {
    let logins: Vec<&str> = logins(user);
    html! {
        section aria-labelledby="login" {
            h2 id="login" { "Try a login" }
            form.stack method="post" action=(path(id, "/login")) hx-post=(path(id, "/login")) hx-target="#login-result" autocomplete="off" {
                (csrf(app))
                label for="as" { "As" }
                select id="as" name="login" { @for login in &logins { option value=(login) { (login) } } }
                label for="password" { "Password" }
                input id="password" name="password" type="password" required autocomplete="off" aria-describedby="password-hint";
                p.hint id="password-hint" { "It goes to the tenant once and is kept nowhere. A wrong one counts towards the tenant's brute-force protection. Those of the sample's users are in the file " code { "sample-logins.ndjson" } " of their run." }
                div.row { button { "Try the Login" } }
            }
            div id="login-result" role="status" {}
        }
    }
}

/// What a user can log in with.
fn logins(user: &Map<String, Value>) -> Vec<&str> {
    ["email", "username", "phone_number"].iter().filter_map(|name| user.get(*name)?.as_str()).collect()
}

#[derive(Deserialize)]
pub(super) struct Typed {
    login: String,
    password: String,
}

pub(super) async fn attempt(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Markup, PageError> {
    let user = stored(&app, &id).await?;
    if !logins(&user).contains(&typed.login.as_str()) {
        return Err(PageError::bad("this is not what the user logs in with"));
    }
    let client = app.setup().tenant().await?.client;
    let connection = list::connection(&user);
    let answer = client.login(connection, &typed.login, &SecretString::from(typed.password)).await;
    let said = match answer {
        Ok(Login::In) => html! { p.done { strong { "The password is right." } " The user is in." } },
        Ok(Login::Wrong) => {
            let trace = compare::find(&app, &id, &user).await?;
            refused("Wrong email or password.", &wrong(trace.as_ref().map(|(_, trace)| trace), &user))
        }
        Ok(Login::Stopped(why)) => refused(&why, stopped(&why)),
        Err(Error::Refused { refusal, .. }) => {
            refused(&refusal.to_string(), &not_allowed(&refusal.to_string(), connection))
        }
        Err(error) => refused(&error.to_string(), "Nothing is said of the password; try again."),
    };
    if headers.contains_key("hx-request") {
        return Ok(said);
    }
    let main = html! { (said) p { a href=(path(&id, "")) { "Back to the user" } } };
    Ok(frame::page(&app, "/users", "The login", main))
}

fn refused(tenant: &str, meaning: &str) -> Markup {
    html! { p.problem { strong { "Not in. " } "The tenant says: " q { (tenant) } " " (meaning) } }
}

/// Why a password may be wrong that a person takes for right.
fn wrong(trace: Option<&Trace>, user: &Map<String, Value>) -> String {
    let sent = trace.and_then(|trace| trace.sent.as_ref());
    let has_hash =
        sent.map(|sent| sent.contains_key("password_hash") || sent.contains_key("custom_password_hash"));
    let logged_in = user.contains_key("last_login");
    match has_hash {
        _ if logged_in => "The user has logged in before, so a password of this user works: this is not it.".to_owned(),
        Some(true) => "A hash was sent with this user. If the password is right at Gigya, its settings were read wrongly: look at the account's hash settings and at the mapping.".to_owned(),
        Some(false) => "No hash was sent with this user, so no password fits until the user sets one: send a password reset.".to_owned(),
        None => "No run has brought this user; its password is known to the tenant alone.".to_owned(),
    }
}

/// What a refusal means that says nothing against the password.
fn stopped(why: &str) -> &'static str {
    match why.split(':').next().unwrap_or_default() {
        "mfa_required" => "The password is right; a second factor is asked for.",
        "too_many_attempts" => {
            "Too many wrong passwords: the tenant has locked this login for this address. Unblock the user at the tenant, or wait."
        }
        "password_leaked" => "The password was found in a leak; the user has to set another one.",
        _ if why.contains("blocked") => "The user is blocked at the tenant; unblock it there.",
        _ => "The tenant has a rule against this login.",
    }
}

/// What the application lacks with which the login was tried.
fn not_allowed(why: &str, connection: &str) -> String {
    if why.contains("connection") {
        return format!(
            "Enable the connection {connection} for the application of the page, see Connections."
        );
    }
    if why.contains("Grant type") || why.contains("unauthorized_client") {
        return "The application of the page may not log in with passwords: switch its grant type Password on at the tenant.".to_owned();
    }
    "Nothing is said of the password: the application of the page may not try it.".to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_refusal_is_explained() {
        assert!(stopped("mfa_required: Multifactor authentication required").contains("second factor"));
        assert!(stopped("unauthorized: user is blocked").contains("unblock"));
        assert!(stopped("too_many_attempts: x").contains("locked"));
        assert!(stopped("password_leaked: x").contains("leak"));
        assert!(
            not_allowed("403 unauthorized_client Grant type 'x' not allowed for the client.", "c")
                .contains("grant type")
        );
        assert!(not_allowed("400 invalid_request the connection was disabled", "c").contains("connection c"));
        let trace = |sent: Value| Trace {
            uid: "u".into(),
            user_id: "auth0|u".into(),
            email: String::new(),
            outcome: "imported".into(),
            part: 1,
            sent: sent.as_object().cloned(),
        };
        let never = Map::new();
        assert!(wrong(Some(&trace(json!({"email": "a"}))), &never).contains("password reset"));
        assert!(wrong(Some(&trace(json!({"password_hash": "x"}))), &never).contains("hash settings"));
        assert!(wrong(None, &never).contains("No run"));
        let once = json!({"last_login": "t"});
        assert!(wrong(None, once.as_object().unwrap()).contains("before"));
    }
}
