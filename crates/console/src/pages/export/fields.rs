//! The rows of fields and column names, and the buttons that change them.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use maud::{Markup, html};
use migration::users_export::DEFAULT_FIELDS;

use super::form::{Filled, page};
use crate::app::App;
use crate::error::PageError;

/// The fields that Auth0's extension begins with.
pub(super) fn defaults() -> Vec<(String, String)> {
    DEFAULT_FIELDS.iter().map(|(name, title)| ((*name).to_owned(), (*title).to_owned())).collect()
}

/// The table, folded as long as it holds what it begins with. Its buttons send the whole form and get it back changed, with
/// a script or without.
pub(super) fn drawn(rows: &[(String, String)], open: bool) -> Markup {
    html! {
        details.fields id="fields" open[open] {
            summary { "Fields" span.why { (named(rows)) } }
            p.hint { "A field is a path into the user, such as " code { "user_metadata.country" } " or " code { "identities[0].connection" } ". A file that shall bring metadata back needs " code { "user_metadata" } " and " code { "app_metadata" } "; CSV takes them leaf by leaf." }
            div.scroll { table {
                thead { tr { th scope="col" { "User field" } th scope="col" { "Column name" } th scope="col" { span.away { "Remove" } } } }
                tbody { @for (number, (field, column)) in (1_u32..).zip(rows) {
                    tr {
                        td { input name="field" value=(field) maxlength="100" autocomplete="off" aria-label=(format!("User field {number}")); }
                        td { input name="column" value=(column) maxlength="100" placeholder=(field) autocomplete="off" aria-label=(format!("Column name {number}")); }
                        td { (button(&format!("remove-{number}"), "Remove", field)) }
                    }
                } }
            } }
            div.row {
                (button("add", "Add", "a field"))
                (button("defaults", "Add Default Fields", ""))
            }
        }
    }
}

/// Which fields are chosen, for who does not unfold them.
fn named(rows: &[(String, String)]) -> String {
    let names: Vec<&str> =
        rows.iter().map(|(field, _)| field.as_str()).filter(|field| !field.is_empty()).collect();
    if names.is_empty() { "none yet".to_owned() } else { names.join(", ") }
}

fn button(act: &str, label: &str, about: &str) -> Markup {
    html! {
        button.quiet name="act" value=(act) formaction="/export/fields" formnovalidate
            hx-post="/export/fields" hx-target="#fields" hx-swap="outerHTML" {
            (label) span.away { " " (about) }
        }
    }
}

/// The rows after a button was pressed: alone for a script, with the page around them for none.
pub(super) async fn change(
    State(app): State<App>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, PageError> {
    let mut filled = Filled::read(&body);
    pressed(&mut filled);
    if headers.contains_key("hx-request") {
        return Ok(drawn(&filled.rows, true).into_response());
    }
    let connections = app.setup().tenant().await?.client.database_connections().await?;
    Ok(page(&app, &connections, &filled, None).into_response())
}

fn pressed(filled: &mut Filled) {
    match filled.act.as_str() {
        "add" => filled.rows.push(Default::default()),
        "defaults" => {
            filled.rows.retain(|(field, _)| !field.is_empty());
            for row in defaults() {
                if !filled.rows.iter().any(|(field, _)| *field == row.0) {
                    filled.rows.push(row);
                }
            }
        }
        act => {
            let number = act.strip_prefix("remove-").and_then(|number| number.parse::<usize>().ok());
            if let Some(at) =
                number.and_then(|number| number.checked_sub(1)).filter(|at| *at < filled.rows.len())
            {
                filled.rows.remove(at);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(body: &str) -> Vec<(String, String)> {
        let mut filled = Filled::read(body.as_bytes());
        pressed(&mut filled);
        filled.rows
    }

    #[test]
    fn buttons_change_the_rows() {
        let rows = "field=email&column=Mail&field=name&column=";
        let row = |field: &str, column: &str| (field.to_owned(), column.to_owned());
        assert_eq!(after(&format!("{rows}&act=remove-1")), [row("name", "")]);
        assert_eq!(after(&format!("{rows}&act=add")), [row("email", "Mail"), row("name", ""), row("", "")]);
        let with_defaults = after(&format!("{rows}&field=&column=&act=defaults"));
        assert_eq!((&with_defaults[0], with_defaults.len()), (&row("email", "Mail"), DEFAULT_FIELDS.len()));
        for nothing in ["act=remove-0", "act=remove-9", "act=remove-x", "act=", "x=1"] {
            assert_eq!(after(&format!("{rows}&{nothing}")).len(), 2, "{nothing}");
        }
    }
}
