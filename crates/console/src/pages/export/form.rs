//! The form: whose users, in which format, which fields under which names.

use auth0::Connection;
use axum::extract::{Query, State};
use maud::{Markup, html};
use migration::report::html::figures::count;
use migration::users_export::Format;
use serde::Deserialize;

use super::{fields, list};
use crate::app::App;
use crate::error::PageError;
use crate::frame;
use crate::ui::csrf;

/// What is filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Filled {
    /// Id of the connection; empty: all.
    pub(super) connection: String,
    /// Name of the format.
    pub(super) format: String,
    /// How many at most, as it was typed.
    pub(super) limit: String,
    /// Field and column name of every row.
    pub(super) rows: Vec<(String, String)>,
    /// The button that was pressed.
    pub(super) act: String,
}

impl Filled {
    /// What the form begins with.
    fn fresh(connection: String) -> Self {
        let format = Format::default().name().to_owned();
        Self { connection, format, limit: String::new(), rows: fields::defaults(), act: String::new() }
    }

    /// What a browser sent.
    pub(super) fn read(body: &[u8]) -> Self {
        let mut filled = Self::fresh(String::new());
        filled.rows.clear();
        for (name, value) in form_urlencoded::parse(body) {
            let value = value.trim().to_owned();
            match name.as_ref() {
                "connection" => filled.connection = value,
                "format" => filled.format = value,
                "limit" => filled.limit = value,
                "act" => filled.act = value,
                "field" => filled.rows.push((value, String::new())),
                "column" => {
                    if let Some(row) = filled.rows.last_mut() {
                        row.1 = value;
                    }
                }
                _ => {}
            }
        }
        filled
    }
}

pub(super) async fn show(State(app): State<App>) -> Result<Markup, PageError> {
    let connections = app.setup().tenant().await?.client.database_connections().await?;
    let chosen = app.setup().connection();
    let chosen = connections.iter().find(|connection| connection.name == chosen);
    let filled = Filled::fresh(chosen.map(|connection| connection.id.clone()).unwrap_or_default());
    Ok(page(&app, &connections, &filled, None))
}

/// The page with what is filled in, and what is wrong with it.
pub(super) fn page(app: &App, connections: &[Connection], filled: &Filled, wrong: Option<&str>) -> Markup {
    let main = html! {
        p { "Users of the tenant become a file. What was exported can be imported again: drop the file at " a href="/import" { "Import" } ". Passwords are never exported." }
        @if let Some(wrong) = wrong { p.problem role="alert" { (wrong) } }
        form method="post" action="/export" {
            (csrf(app))
            div.stack {
                label for="connection" { "Connection" }
                select id="connection" name="connection" {
                    option value="" selected[filled.connection.is_empty()] { "All connections" }
                    @for connection in connections {
                        option value=(connection.id) selected[connection.id == filled.connection] { (connection.name) }
                    }
                }
                label for="format" { "Format" }
                select id="format" name="format" aria-describedby="format-hint" {
                    @for (name, format) in Format::ALL {
                        option value=(name) selected[name == filled.format] { (title(format)) }
                    }
                }
                p.hint id="format-hint" { "In CSV an apostrophe stands before each text, as Auth0 writes it: a spreadsheet takes none for a formula, and Import takes them off again." }
                label for="limit" { "At most" }
                input id="limit" name="limit" inputmode="numeric" pattern="[0-9]*" value=(filled.limit) aria-describedby="limit-hint" autocomplete="off";
                p.hint id="limit-hint" { "Users; empty for all." }
                div.row {
                    button { "Export Users" }
                    span role="status" hx-get="/export/count" hx-include="#connection" hx-trigger="painted from:body once, change from:#connection" {}
                }
            }
            // Below the button: who presses Enter in the form means the first button.
            (fields::drawn(&filled.rows, wrong.is_some() || filled.rows != fields::defaults()))
        }
        (list::section(app))
    };
    frame::page(app, "/export", "Export", main)
}

/// A format in words.
fn title(format: Format) -> &'static str {
    match format {
        Format::Json => "JSON (one array)",
        Format::Ndjson => "NDJSON (one object a line)",
        Format::Csv => "CSV (comma-separated values)",
    }
}

#[derive(Deserialize)]
pub(super) struct Whose {
    #[serde(default)]
    connection: String,
}

/// How many users there are; asked for when the page stands, since a tenant takes its time.
pub(super) async fn count_users(
    State(app): State<App>,
    Query(whose): Query<Whose>,
) -> Result<Markup, PageError> {
    let client = app.setup().tenant().await?.client;
    let name = match whose.connection.as_str() {
        "" => None,
        id => Some(client.connection(id).await?.name),
    };
    let query = name.map(|name| auth0::any_of("identities.connection", &[&name])).unwrap_or_default();
    let total = client.find_users(&query, 0, 1).await?.total;
    Ok(html! {
        @match total { 0 => "Nobody is there yet.", 1 => "1 user", _ => { (count(total)) " users" } }
    })
}
