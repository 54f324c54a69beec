//! `POST /runs/NAME/take`: a run that the command has prepared, or whose import was interrupted, goes on here.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Redirect;
use engine::{Failure, books};
use maud::{Markup, html};
use migration::run::RunFolder;

use super::find;
use crate::app::App;
use crate::error::PageError;
use crate::ui::csrf;
use crate::work::{Item, Orders, Origin, State as Standing};

/// What can be done with a run that is not in the table of page Import.
pub(super) fn section(app: &App, folder: &RunFolder, standing: books::Standing) -> Markup {
    let name = folder.name();
    let (text, button) = match (app.work().find(&name), standing) {
        (Some(item), _) if !item.is_cleared() || item.state() == Standing::Done => return html! {},
        (Some(_), _) => ("It has left the table of page Import before its end.", "Show it there again"),
        (None, books::Standing::Imported) => return html! {},
        (None, books::Standing::Importing) => return html! { p { "Another process imports it now." } },
        (None, books::Standing::Interrupted) => (
            "Its import was interrupted. It goes on where it stood; nobody comes twice.",
            "Resume the import",
        ),
        (None, books::Standing::NotImported) if folder.manifest().is_ok() => {
            ("It is prepared, and nobody of it was imported.", "Take it to page Import")
        }
        (None, books::Standing::NotImported) => return html! {},
    };
    html! {
        form.next method="post" action=(format!("/runs/{name}/take")) {
            (csrf(app))
            p { (text) }
            button { (button) }
        }
    }
}

pub(super) async fn take(State(app): State<App>, Path(run): Path<String>) -> Result<Redirect, PageError> {
    let folder = find(&app, &run)?;
    match app.work().find(&run) {
        Some(item) => item.show(),
        None => app.work().add(taken(folder)?),
    }
    // Whoever waits for something to import is woken.
    app.work().touch();
    Ok(Redirect::to("/import"))
}

/// A run of the command: ordered as its import has begun, or ready for the order of a person.
fn taken(folder: RunFolder) -> Result<Arc<Item>, PageError> {
    let manifest = folder.manifest().map_err(Failure::refused)?;
    let origin = Origin::Command { run: folder.name() };
    let bound = books::bound(&folder)?;
    if bound.is_none() && manifest.policies.lazy == "leave" {
        return Err(Failure::refused(format!(
            "this run leaves users for their first login, and only the command writes the scripts for that; begin it with: \
             crosswalk import {}",
            folder.name()
        ))
        .into());
    }
    let stands = if bound.is_some() {
        Standing::Stopped("its import was interrupted".to_owned())
    } else {
        Standing::Ready
    };
    let item = Item::new(folder, origin, stands).map(Arc::new).map_err(Failure::stopped)?;
    if let Some(bound) = bound {
        let orders = Orders { tenant: bound.tenant, connection: bound.connection, upsert: bound.upsert };
        item.order(Some(orders));
    }
    Ok(item)
}
