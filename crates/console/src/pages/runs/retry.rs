//! `POST /runs/NAME/retry`: who failed and who was mended is sent again, by a run of its own.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Redirect;
use engine::{Failure, books};
use maud::{Markup, html};
use migration::prepare::PrepareProgress;
use migration::report::html::figures::count;
use migration::retry::{self, Chain, Ready, Waiting};
use migration::run::RunFolder;
use serde::Deserialize;

use super::find;
use crate::app::App;
use crate::error::PageError;
use crate::ui::csrf;
use crate::work::{Item, Orders, Origin, State as Standing};

/// Who waits to be sent again, with the button; and the runs that have sent some already.
pub(super) fn section(app: &App, folder: &RunFolder) -> Markup {
    let Ok(chain) = Chain::of(folder) else { return html! {} };
    let waiting = retry::waiting(&chain).unwrap_or_default();
    let name = folder.name();
    html! {
        @if chain.retries() > 0 {
            p { "Sent in this order: " @for (number, run) in chain.runs().iter().enumerate() {
                @let run = run.name();
                @if number > 0 { ", " }
                @if run == name { strong { (run) } } @else { a href=(format!("/runs/{run}")) { (run) } }
            } "." }
        }
        @if waiting != Waiting::default() && chain.root().file("ledger.sqlite").is_file() { (form(app, &name, waiting)) }
    }
}

fn form(app: &App, run: &str, waiting: Waiting) -> Markup {
    let meant = app.setup().meant_tenant();
    html! {
        form.next method="post" action=(format!("/runs/{run}/retry")) {
            (csrf(app))
            p {
                @match (waiting.mended, waiting.failed) {
                    (1, 0) => { "One mended user waits to be sent." },
                    (mended, 0) => { (count(mended)) " mended users wait to be sent." },
                    (0, 1) => { "One user failed at the tenant." },
                    (0, failed) => { (count(failed)) " users failed at the tenant." },
                    (mended, failed) => { (count(mended)) " mended and " (count(failed)) " failed users can be sent." },
                }
            }
            @if meant.is_real {
                label.check { input type="checkbox" name="agree" required; " I know that they are written to the real tenant " strong { (meant.title) } }
            }
            button { @if waiting.mended > 0 { "Send mended users again" } @else { "Send failed users again" } }
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Start {
    agree: Option<String>,
}

pub(super) async fn start(
    State(app): State<App>,
    Path(run): Path<String>,
    Form(form): Form<Start>,
) -> Result<Redirect, PageError> {
    let folder = find(&app, &run)?;
    let meant = app.setup().meant_tenant();
    if meant.is_real && form.agree.is_none() {
        return Err(
            Failure::refused(format!("{} is a real tenant; say that you know it", meant.title)).into()
        );
    }
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let next =
        tokio::task::spawn_blocking(move || retry::next(&folder, threads, &PrepareProgress::default()));
    let Ready { folder, prepared, bound } = next.await.map_err(Failure::bug)?.map_err(Failure::from)?;
    if let Some(prepared) = &prepared {
        books::write_report(&folder, &prepared.report)?;
    }
    let item = match app.work().find(&folder.name()) {
        Some(item) => item,
        None => {
            let origin = Origin::Retry { of: run.clone() };
            let item = Item::new(folder, origin, Standing::Ready).map(Arc::new).map_err(Failure::stopped)?;
            app.work().add(Arc::clone(&item));
            item
        }
    };
    let orders = Orders { tenant: bound.tenant, connection: bound.connection, upsert: bound.upsert };
    item.order(Some(orders));
    app.work().touch();
    app.note(format!("Run {} sends them again.", item.name()));
    Ok(Redirect::to("/import"))
}
