//! `GET /connections`, and choosing one for the next import.

use auth0::Connection;
use axum::extract::{Path, State};
use axum::response::Redirect;
use futures_util::StreamExt as _;
use futures_util::stream;
use maud::{Markup, html};
use migration::report::html::figures::count;

use crate::app::App;
use crate::error::PageError;
use crate::frame;
use crate::ui::action;

/// Connections that are asked for their applications at a time.
const AT_A_TIME: usize = 4;

pub(super) async fn show(State(app): State<App>) -> Result<Markup, PageError> {
    let client = app.setup().tenant().await?.client;
    let connections = client.database_connections().await?;
    let with_users: Vec<(Connection, Option<usize>)> = stream::iter(connections)
        .map(|connection| {
            let client = &client;
            async move {
                let enabled = client.enabled_clients(&connection.id).await.ok().map(|ids| ids.len());
                (connection, enabled)
            }
        })
        .buffered(AT_A_TIME)
        .collect()
        .await;
    let chosen = app.setup().connection();
    let main = html! {
        p { "Users move into a database connection of the tenant. Create one, enable it for the applications that log people in, and choose it for the import." }
        p { a.button href="/connections/new" { "Create a connection" } }
        @if with_users.is_empty() {
            p { "The tenant has no database connection yet." }
        } @else {
            div.scroll { table {
                thead { tr { th scope="col" { "Name" } th scope="col" { "Kind" } th scope="col" { "Logs in with" } th.number scope="col" { "Applications" } th scope="col" { "Next import" } } }
                tbody { @for (connection, enabled) in &with_users {
                    (row(&app, connection, *enabled, connection.name == chosen))
                } }
            } }
        }
        p.then { "Next: " a href="/source" { "choose where the accounts come from" } "." }
    };
    Ok(frame::page(&app, "/connections", "Connections", main))
}

fn row(app: &App, connection: &Connection, enabled: Option<usize>, chosen: bool) -> Markup {
    let path = format!("/connections/{}", connection.id);
    html! {
        tr {
            th scope="row" { a href=(path) { (connection.name) } }
            td { (kind(connection)) }
            td { (connection.identifiers().join(", ")) }
            td.number {
                @match enabled {
                    Some(0) => { a.bad href=(path) { "none: enable one" } }
                    Some(number) => { a href=(path) { (count(u64::try_from(number).unwrap_or(0))) } }
                    None => { "unknown" }
                }
            }
            td {
                @if chosen { strong { "chosen" } } @else {
                    (action(app, &format!("{path}/choose"), "Choose", &connection.name, "quiet"))
                }
            }
        }
    }
}

/// What holds the users of a connection.
pub(super) fn kind(connection: &Connection) -> &'static str {
    if connection.is_custom_with_import() {
        "custom database, imports users"
    } else if connection.is_custom_without_import() {
        "custom database"
    } else {
        "Auth0's store"
    }
}

pub(super) async fn choose(State(app): State<App>, Path(id): Path<String>) -> Result<Redirect, PageError> {
    let connection = app.setup().tenant().await?.client.connection(&id).await?;
    let name = connection.name.clone();
    app.setup().remember(|memory| memory.connection = Some(name))?;
    app.note(format!("{} takes the users of the next import.", connection.name));
    Ok(Redirect::to("/connections"))
}
