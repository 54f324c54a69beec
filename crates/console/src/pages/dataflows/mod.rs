//! `/dataflows`: IdentitySync of the local site. A dataflow is seen, edited, tried, run, scheduled, and its jobs are kept.

mod agree;
mod create;
mod fields;
mod findings;
mod graph;
mod job;
mod jobs;
mod list;
mod one;
mod opened;
mod order;
mod reshape;
mod run;
mod said;
mod schedule;
mod source;
mod step;
mod steps;
mod stores;
mod trial;
mod try_out;

use axum::Router;
use axum::routing::{get, post};
use maud::{Markup, html};
use site::ApiError;

use crate::app::App;
use crate::error::PageError;
use opened::Opened;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/dataflows", get(list::show).post(create::create))
        .route("/dataflows/list", get(list::rows))
        .route("/dataflows/new", get(create::form))
        .route("/dataflows/template", post(create::template))
        .route("/dataflows/{id}", get(one::show))
        .route("/dataflows/{id}/step", post(step::set))
        .route("/dataflows/{id}/step/add", post(reshape::add))
        .route("/dataflows/{id}/step/remove", post(reshape::remove))
        .route("/dataflows/{id}/source", get(source::form).post(source::set))
        .route("/dataflows/{id}/file", get(source::download))
        .route("/dataflows/{id}/delete", post(create::delete))
        .route("/dataflows/{id}/try", get(try_out::form).post(try_out::run))
        .route("/dataflows/{id}/run", get(run::form).post(run::run))
        .route("/dataflows/{id}/schedule", get(schedule::form).post(schedule::create))
        .route("/dataflows/{id}/schedule/remove", post(schedule::remove))
        .route("/dataflows/{id}/jobs", get(jobs::show))
        .route("/dataflows/{id}/jobs/{job}", get(job::show))
        .route("/dataflows/{id}/jobs/{job}/now", get(job::now))
        .route("/dataflows/{id}/jobs/{job}/kill", post(job::kill))
}

/// What can be done with a dataflow: the end of the path, and its name.
const PARTS: &[(&str, &str)] = &[
    ("", "Steps"),
    ("/source", "Source"),
    ("/try", "Try"),
    ("/run", "Run"),
    ("/schedule", "Schedule"),
    ("/jobs", "Jobs"),
];

/// A page about one dataflow.
fn page(app: &App, opened: &Opened, part: &str, main: Markup) -> Markup {
    let id = &opened.flow.id;
    let main = html! {
        nav.parts aria-label="This dataflow" {
            ul { @for (end, name) in PARTS {
                li { a href=(format!("/dataflows/{id}{end}")) aria-current=[(*end == part).then_some("page")] { (name) } }
            } }
        }
        @if opened.flow.is_draft {
            p.attention { "This is a draft: it is kept as it is, and cannot run until what is wrong is mended."
                @if opened.flow.is_published { " Schedules run the version before it." } }
        }
        (main)
    };
    crate::frame::page(app, "/dataflows", &opened.name(), main)
}

impl From<ApiError> for PageError {
    fn from(error: ApiError) -> Self {
        match error.code {
            404_000 => Self::missing(error.details),
            _ => Self::bad(error.details),
        }
    }
}
