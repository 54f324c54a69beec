//! `/dataflows/{id}/try`: a dry run of a few records.

use std::collections::HashMap;
use std::time::Duration;

use axum::Form;
use axum::extract::{Path, State};
use dataflow::graph::{Finding, Purpose};
use dataflow::runner::trial::{RECORDS, Trial};
use engine::dataflows::{Around, Tried, try_out};
use maud::{Markup, html};
use serde_json::Value;
use tokio::sync::watch;

use super::opened::Opened;
use super::order::{self, Given};
use super::{findings, stores, trial};
use crate::app::App;
use crate::error::PageError;
use crate::ui::csrf;

/// Most records that are tried: they are all shown.
const MOST: u64 = 100;
/// How long a dry run may take. A reader that is asked for ten records answers long before.
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) async fn form(State(app): State<App>, Path(id): Path<String>) -> Result<Markup, PageError> {
    let opened = Opened::of(&app, &id).await?;
    let last = opened.idx.schedulings(&id).await?.into_iter().next();
    Ok(shown(&app, &opened, (RECORDS, &Given::default()), last.as_ref(), None))
}

/// What came of it.
enum Came {
    Shown(Trial),
    Wrong(Vec<Finding>),
}

pub(super) async fn run(
    State(app): State<App>,
    Path(id): Path<String>,
    Form(form): Form<HashMap<String, String>>,
) -> Result<Markup, PageError> {
    let opened = Opened::of(&app, &id).await?;
    let given = Given::read(&app, &opened, &form)?;
    let records = form.get("records").and_then(|text| text.trim().parse().ok()).unwrap_or(RECORDS);
    let records = u64::clamp(records, 1, MOST);
    let came = match opened.ready(&given, Purpose::Try).await? {
        Err(wrong) => Came::Wrong(wrong),
        Ok((read, _)) => {
            let site = Some(given.site(&opened).clone());
            let variables = given.order.values.clone();
            let api_key = given.site(&opened).api_key.clone();
            let around = Around { site, api_key, stores: given.stores.clone(), variables };
            let (stop, stopped) = watch::channel(false);
            let running = try_out(app.setup().home(), &read, around, records, stopped);
            let late = async {
                tokio::time::sleep(PATIENCE).await;
                stop.send_replace(true);
                std::future::pending().await
            };
            let tried = tokio::select! {
                tried = running => tried?,
                never = late => never,
            };
            match tried {
                Tried::Ran(trial) => Came::Shown(trial),
                Tried::CannotRun(wrong) => Came::Wrong(wrong),
            }
        }
    };
    Ok(shown(&app, &opened, (records, &given), Some(&Value::Object(stores::kept(&form))), Some(&came)))
}

fn shown(
    app: &App,
    opened: &Opened,
    (records, given): (u64, &Given),
    last: Option<&Value>,
    came: Option<&Came>,
) -> Markup {
    let path = format!("/dataflows/{}", opened.flow.id);
    let main = html! {
        p { "A few records go through the whole dataflow, and what leaves each step is shown. Readers and look-ups do read; writers write nothing." }
        form.stack.broad method="post" action=(format!("{path}/try")) {
            (csrf(app))
            label for="records" { "Records" }
            input id="records" name="records" type="number" min="1" max=(MOST) required value=(records);
            (order::fields(app, opened, given))
            (stores::fields(opened, last))
            div.row { button { "Try it" } }
        }
        @match came {
            None => {}
            Some(Came::Wrong(wrong)) => (findings::list(wrong, &path)),
            Some(Came::Shown(tried)) => (trial::drawn(tried)),
        }
        p.then { "Next: " a href=(format!("{path}/run")) { "run it" } "." }
    };
    super::page(app, opened, "/try", main)
}
