//! `GET /users`: a search, page by page.

use axum::extract::{Query, State};
use maud::{Markup, html};
use migration::report::html::figures::count;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{path, query};
use crate::app::App;
use crate::error::PageError;
use crate::frame;
use crate::ui::{Pager, pager};

/// Users on a page.
const SIZE: u64 = 25;

/// Auth0 pages through so many.
const FURTHEST: u64 = 1_000;

#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    q: String,
    /// Name of the connection; empty for all.
    connection: Option<String>,
    page: Option<u64>,
}

pub(super) async fn show(State(app): State<App>, Query(wanted): Query<Wanted>) -> Result<Markup, PageError> {
    let client = app.setup().tenant().await?.client;
    let connections = client.database_connections().await?;
    let named = |name: &String| name.is_empty() || connections.iter().any(|known| known.name == *name);
    let connection = wanted.connection.unwrap_or_else(|| app.setup().connection());
    let connection = Some(connection).filter(named).unwrap_or_default();
    let query = query::query(&wanted.q, &connection);
    let asked = Pager::new(wanted.page, SIZE, FURTHEST);
    let page = u32::try_from(asked.page - 1).unwrap_or(0);
    let found = client.find_users(&query, page, SIZE as usize).await?;
    let shown = Pager::new(wanted.page, SIZE, found.total.min(FURTHEST));
    let encoded = form_urlencoded::Serializer::new(String::new())
        .append_pair("q", &wanted.q)
        .append_pair("connection", &connection)
        .finish();
    let main = html! {
        form.stack method="get" action="/users" role="search" {
            label for="q" { "Name, address, username, phone number or id" }
            input id="q" name="q" type="search" value=(wanted.q) autocomplete="off" aria-describedby="q-hint";
            p.hint id="q-hint" { "Names, addresses and usernames by how they begin." }
            label for="connection" { "Connection" }
            select id="connection" name="connection" {
                option value="" selected[connection.is_empty()] { "All connections" }
                @for known in &connections {
                    option value=(known.name) selected[known.name == connection] { (known.name) }
                }
            }
            div.row { button { "Search" } }
        }
        p role="status" {
            @match found.total { 0 => "Nobody is found.", 1 => "One user is found.", total => { (count(total)) " users are found." } }
            @if found.total > FURTHEST { " The first " (count(FURTHEST)) " are shown; search for more of the name to find others." }
        }
        @if !found.users.is_empty() {
            div.scroll { table.wide {
                thead { tr { th scope="col" { "Name" } th scope="col" { "Address" } th scope="col" { "Id" } th scope="col" { "Connection" } th scope="col" { "Created" } th.number scope="col" { "Logins" } } }
                tbody { @for user in &found.users { (row(user)) } }
            } }
            (pager(shown, &format!("/users?{encoded}&page=")))
        }
        p.then { "Next: open a user to see its account, what was sent and what the tenant has, and try a login; or look at " a href="/lanes" { "how every password gets across" } "." }
    };
    Ok(frame::page(&app, "/users", "Users", main))
}

fn row(user: &Map<String, Value>) -> Markup {
    let text = |name: &str| user.get(name).and_then(Value::as_str).unwrap_or_default();
    let id = text("user_id");
    let name = [text("name"), text("email"), text("username"), id].into_iter().find(|name| !name.is_empty());
    let logins = user.get("logins_count").and_then(Value::as_u64);
    html! {
        tr {
            th scope="row" { a href=(path(id, "")) { (name.unwrap_or("nameless")) } }
            td { (text("email")) @if user.get("blocked") == Some(&Value::Bool(true)) { span.why { "blocked" } } }
            td { code { (id) } }
            td { (connection(user)) }
            td { (text("created_at").get(..10).unwrap_or_default()) }
            td.number { @match logins { Some(logins) => (count(logins)), None => "–" } }
        }
    }
}

/// The connection that a user is in.
pub(super) fn connection(user: &Map<String, Value>) -> &str {
    user.get("identities").map_or("", |identities| identities[0]["connection"].as_str().unwrap_or_default())
}
