//! What can be done with a run of the table.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Redirect;
use engine::Failure;
use serde::Deserialize;

use crate::app::App;
use crate::error::PageError;
use crate::work::{Item, Origin, State as Standing};

/// The source that was chosen becomes a run.
pub(super) async fn source(State(app): State<App>) -> Result<Redirect, PageError> {
    let source = app.setup().memory().source.ok_or_else(|| PageError::bad("choose a source first"))?;
    let folder = app.setup().home().create_run()?;
    let item = Item::new(folder, Origin::Source(source), Standing::Waiting)
        .map_err(|error| Failure::stopped(format!("the run cannot be stored: {error}")))?;
    app.work().add(Arc::new(item));
    Ok(Redirect::to("/import"))
}

pub(super) async fn act(
    State(app): State<App>,
    Path((run, act)): Path<(String, String)>,
) -> Result<Redirect, PageError> {
    let item =
        app.work().find(&run).ok_or_else(|| PageError::missing("there is no such run in the table"))?;
    match act.as_str() {
        "pause" | "cancel" => {
            if !item.halt(act == "cancel") && item.state() == Standing::Proving {
                app.note(
                    "Its users have arrived and are being read back: there is nothing to stop any more.",
                );
            }
        }
        "resume" => {
            item.order(None);
        }
        "again" => item.read_again(false),
        "without" => item.read_again(true),
        "accept" => item.accept_cut(),
        "remove" => app.work().remove(&item)?,
        _ => return Err(PageError::missing("there is nothing of that name to do")),
    }
    app.work().touch();
    Ok(Redirect::to("/import"))
}

#[derive(Deserialize)]
pub(super) struct File {
    file: String,
}

/// One of several files of a run.
pub(super) async fn file(
    State(app): State<App>,
    Path((run, act)): Path<(String, String)>,
    Form(File { file }): Form<File>,
) -> Result<Redirect, PageError> {
    let item =
        app.work().find(&run).ok_or_else(|| PageError::missing("there is no such run in the table"))?;
    match act.as_str() {
        "remove" => app.work().remove_file(&item, &file)?,
        "take" => app.work().take_file(&item, &file)?,
        _ => return Err(PageError::missing("there is nothing of that name to do")),
    }
    Ok(Redirect::to("/import"))
}

/// What is over leaves the table; it stays on page Runs.
pub(super) async fn clear(State(app): State<App>) -> Redirect {
    for item in app.work().shown().iter().filter(|item| item.state().is_over()) {
        item.clear();
    }
    app.work().touch();
    Redirect::to("/import")
}
