//! `/dataflows/{id}/run`: a job, now.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use dataflow::Component as _;
use dataflow::document::Read;
use dataflow::graph::{Finding, Purpose};
use engine::Failure;
use engine::dataflows::{ORDER, writers_elsewhere};
use maud::{Markup, html};
use migration::flow::Users;
use serde_json::{Map, Value, json};

use super::opened::Opened;
use super::order::{self, Given};
use super::{agree, findings, stores};
use crate::app::App;
use crate::error::PageError;
use crate::mistake::{Mistake, Mistaken};
use crate::ui::csrf;
use crate::work::{Item, Origin, State as Standing};

pub(super) async fn form(State(app): State<App>, Path(id): Path<String>) -> Result<Markup, PageError> {
    let opened = Opened::of(&app, &id).await?;
    let last = opened.idx.schedulings(&id).await?.into_iter().next();
    Ok(shown(&app, &opened, last.as_ref(), &Filled::default()))
}

pub(super) async fn run(
    State(app): State<App>,
    Path(id): Path<String>,
    Form(form): Form<HashMap<String, String>>,
) -> Result<Response, PageError> {
    let opened = Opened::of(&app, &id).await?;
    let given = Given::read(&app, &opened, &form)?;
    let graph = match opened.ready(&given, Purpose::Run).await? {
        Ok((_, graph)) => graph,
        Err(wrong) => {
            let last = Value::Object(stores::kept(&form));
            let filled = Filled { given, form: Some(&form), wrong, ..Filled::default() };
            return Ok(shown(&app, &opened, Some(&last), &filled).into_response());
        }
    };
    let extent = match extent(&form) {
        Ok(extent) => extent,
        Err(mistake) => {
            let last = Value::Object(stores::kept(&form));
            let mistaken = Mistaken(Some(&mistake));
            let filled = Filled { given, form: Some(&form), mistaken, ..Filled::default() };
            return Ok(mistake.answer(shown(&app, &opened, Some(&last), &filled)));
        }
    };
    let writers = writers_elsewhere(&graph, given.site(&opened));
    if !given.agreed && !writers.is_empty() {
        return Ok(agree::shown(&app, &opened, &given, &writers, &form).into_response());
    }
    let is_plain = given.order.site.is_none() && given.order.values.is_empty();
    let order = (!is_plain).then(|| opened.site.orders.keep(given.order.clone()));
    if importer(&opened).is_some() {
        let origin = Origin::Flow { id, name: opened.name(), stores: given.stores, order };
        let item = Item::new(app.setup().home().create_run()?, origin, Standing::Waiting)
            .map_err(|error| Failure::stopped(format!("the run cannot be stored: {error}")))?;
        app.work().add(Arc::new(item));
        return Ok(Redirect::to("/import").into_response());
    }
    let mut scheduling = object(json!({"name": "run now", "dataflowId": id, "frequencyType": "once"}));
    scheduling.extend(extent);
    if given.order.site.is_some() {
        // When this dataflow last ran says nothing of another site.
        scheduling.insert("fullExtract".to_owned(), true.into());
    }
    scheduling.extend(order.map(|name| (ORDER.to_owned(), name.into())));
    let job = opened.idx.run(scheduling).await?;
    Ok(Redirect::to(&format!("/dataflows/{id}/jobs/{job}")).into_response())
}

/// The members of a scheduling that say how much is read, and from where.
pub(super) fn extent(form: &HashMap<String, String>) -> Result<Map<String, Value>, Mistake> {
    let mut members = object(json!({"fullExtract": form.contains_key("full")}));
    if let Some(limit) = form.get("limit").map(|text| text.trim()).filter(|text| !text.is_empty()) {
        let limit = limit.parse::<u64>().ok().filter(|limit| *limit > 0);
        let limit = limit.ok_or_else(|| {
            Mistake::at("limit", PageError::bad("the most records must be a whole number from 1"))
        })?;
        members.insert("limit".to_owned(), limit.into());
    }
    members.extend(stores::kept(form));
    Ok(members)
}

pub(super) fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// The step that makes it a migration, if one does.
pub(super) fn importer(opened: &Opened) -> Option<String> {
    let read = Read::new(&opened.text, []).ok()?;
    read.dataflow.steps.into_iter().find(|step| step.component.trim() == Users::TYPE).map(|step| step.id)
}

/// What the form shows: what was filled in, and what is wrong with it.
#[derive(Default)]
struct Filled<'a> {
    given: Given,
    form: Option<&'a HashMap<String, String>>,
    mistaken: Mistaken<'a>,
    wrong: Vec<Finding>,
}

fn shown(app: &App, opened: &Opened, last: Option<&Value>, filled: &Filled<'_>) -> Markup {
    let Filled { given, form, mistaken, wrong } = filled;
    let path = format!("/dataflows/{}", opened.flow.id);
    let main = html! {
        @if opened.flow.is_draft {
            p { "A draft cannot run. " a href=(path) { "See what is wrong with it" } "." }
        } @else if let Some(step) = importer(opened) {
            p { "Step " strong { (step) } " imports users into the tenant: that is a migration, with parts, jobs, a proof and a report. The dataflow is run up to that step and its users are prepared; you start the import on page Import." }
            (findings::list(wrong, &path))
            form.stack.broad method="post" action=(format!("{path}/run")) {
                (csrf(app))
                (order::fields(app, opened, given))
                (stores::fields(opened, last))
                div.row { button { "Prepare its users" } a href=(format!("{path}/try")) { "Try it first" } }
            }
        } @else {
            p { "The dataflow runs once, for real: its writers write. Steps that speak to Gigya speak to the site that is chosen, with its keys, unless they name keys of their own." }
            (findings::list(wrong, &path))
            form.stack.broad method="post" action=(format!("{path}/run")) {
                (csrf(app))
                (order::fields(app, opened, given))
                (extent_fields(*form, *mistaken))
                (stores::fields(opened, last))
                div.row { button { "Run it now" } a href=(format!("{path}/try")) { "Try it first" } }
            }
        }
    };
    super::page(app, opened, "/run", main)
}

/// Fields that say how much is read, as they were filled in.
pub(super) fn extent_fields(form: Option<&HashMap<String, String>>, mistaken: Mistaken<'_>) -> Markup {
    let full = form.is_none_or(|form| form.contains_key("full"));
    let limit = form.and_then(|form| form.get("limit"));
    html! {
        label.check { input type="checkbox" name="full" checked[full]; " read everything, not only what changed since the last job that succeeded" }
        label for="limit" { "Most records" }
        input id="limit" name="limit" type="number" min="1" value=[limit]
            aria-invalid=[mistaken.invalid("limit")] aria-describedby=[mistaken.described("limit", "limit-hint")];
        p.hint id="limit-hint" { "Empty: all." }
        (mistaken.below("limit"))
    }
}
